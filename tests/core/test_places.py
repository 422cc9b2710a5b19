"""Where fields stand in the CRMs: every field a KPI needs is looked for, and exists here."""

from kpilot.core.places import CRMS, field_said, places, places_of
from kpilot.core.tables import TABLES
from scripts.reference import shipped


def test_every_field_that_a_kpi_requires_has_been_looked_for() -> None:
    needed = {one for kpi in shipped() for need in kpi.requires for one in need.split("|")}
    assert needed - set(places()) == set()


def test_every_field_with_a_place_exists_in_the_data_model() -> None:
    for need, known in places().items():
        table, _, field = need.partition(".")
        assert TABLES[table].has(field), need
        assert set(known) <= set(CRMS), need
        assert all(place.strip() == place and place for place in known.values()), need


def test_the_amount_of_an_opportunity_stands_where_the_crms_document_it() -> None:
    assert places_of("opportunity.amount") == [
        ("Salesforce", "Opportunity.Amount"),
        ("HubSpot", "deals.amount"),
        ("Pipedrive", "deals.value"),
        ("Odoo", "crm.lead.expected_revenue"),
    ]
    assert places_of("notification.at") == []


def test_a_field_has_a_name_in_both_languages() -> None:
    assert field_said("opportunity.amount").en == "Amount (Opportunities)"
    assert field_said("opportunity.amount").fr.startswith("Montant (")
    assert field_said("what.ever").fr == "what.ever"
