"""Headers brought to their plain words, and what single headers mean."""

import pytest

from kpilot.core.tables import TABLES
from kpilot.load import headers
from kpilot.load import meanings as understood
from kpilot.load.headers import dictionary, fold
from kpilot.load.meanings import exact, meanings
from kpilot.load.targets import find


@pytest.mark.parametrize(("header", "plain"), [
    ("Montant HT (k€)", "montant ht"), ("StageName", "stage name"), ("CLOSE_DATE", "close date"),
    ("property_dealname", "dealname"), ("properties.hs_lastmodifieddate", "lastmodifieddate"),
    ("Propriétaire de l'opportunité", "proprietaire opportunite"), ("OwnerID", "owner id"),
    ("Associated Company IDs (Primary)", "associated company id"), ("E-mail", "email"),
    ("N° d’affaire", "n affaire"), ("Amount (converted)", "amount converted"),
    ("Date (jj/mm/aaaa)", "date"), ("Région__c", "region"), ("\ufeffId", "id"),
])
def test_case_accents_units_and_crm_prefixes_do_not_matter(header: str, plain: str) -> None:
    assert fold(header) == plain


def test_every_word_of_the_dictionary_goes_to_a_field_that_exists() -> None:
    for table, words in dictionary().tables.items():
        for header, found in words.headers.items():
            for meaning in found:
                assert find(table, meaning.field), f"{table}: {header} → {meaning.field}"


def test_every_field_that_files_can_fill_has_words_in_english_and_french() -> None:
    internal = {"deleted_at", "merged_into_id", "is_test", "quota_role", "kind", "reach", "motion"}
    for name, table in TABLES.items():
        known = {m.field for found in dictionary().tables[name].headers.values() for m in found}
        assert {f.name for f in table.all_fields} - known - internal <= {"id"}, name
        for field in table.fields:
            if field.name not in internal and not field.name.endswith("_id"):
                assert exact(name, field.en) or exact(name, field.fr), f"{name}.{field.name}"


@pytest.mark.parametrize("header", ["Created By", "Créé par", "Last Modified By", "Creator",
                                    "Owner Role", "Modified by"])
def test_who_made_or_changed_a_record_is_not_its_owner(header: str) -> None:
    assert all(m.field != "owner_id" for m in meanings("opportunity", header))


@pytest.mark.parametrize(("header", "field"), [
    ("Account Industry", "account.industry"), ("Account: Country", "account.country"),
    ("Account Owner", "account.owner_id"), ("Product Family", "product.category"),
    ("Secteur d'activité du compte", "account.industry"), ("Owner Team", "owner.team_id"),
])
def test_what_is_said_of_a_row_referred_to_goes_there(header: str, field: str) -> None:
    assert meanings("opportunity", header)[0].field == field


@pytest.mark.parametrize("header", ["Amount currency code x", "Days since close date",
                                    "Number of accounts", "Average amount", "Stage 2 date"])
def test_a_word_that_turns_the_meaning_is_respected(header: str) -> None:
    fields = {m.field for m in meanings("opportunity", header)}
    assert not fields & {"amount", "close_date", "account_id", "stage_id"}


@pytest.mark.parametrize(("header", "field"), [
    ("Close Dte", "close_date"), ("Oportunity Name", "name"), ("Montant final négocié", "amount"),
    ("Propriétaie", "owner_id"), ("Commercial référent", "owner_id"), ("closedate", "close_date"),
    ("accountname", "account_id"),
])
def test_misspelt_and_longer_headers_are_near_enough_but_less_sure(header: str,
                                                                  field: str) -> None:
    found = meanings("opportunity", header)[0]
    assert found.field == field
    assert found.confidence < 1


@pytest.mark.parametrize("remembering", [headers.fold, headers.phrase, understood.exact,
                                         understood._similar, find])
def test_words_of_files_are_not_kept_in_mind_without_end(remembering) -> None:
    assert remembering.cache_info().maxsize
