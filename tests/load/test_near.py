"""Names that look alike: which are one, which are asked about, which never are."""

import pytest

from kpilot.load.near import near, typos

CATALOGUE = ["GTX Pro", "GTX Basic", "GTX Plus Pro", "GTX Plus Basic", "MG Special", "GTK 500"]


def found(table: str, heard: list[str], known: list[str]) -> dict[str, tuple[str, float]]:
    return {p.heard: (p.known, p.confidence) for p in near(table, heard, known).pairs}


def test_the_same_letters_are_one_product() -> None:
    assert found("product", ["GTXPro", "gtx-basic"], CATALOGUE) == {
        "GTXPro": ("GTX Pro", 0.97), "gtx-basic": ("GTX Basic", 0.97)}


@pytest.mark.parametrize("heard", ["GTK 50", "GTK 5000", "GTK 600", "GTX Basics II"])
def test_other_digits_are_another_product(heard: str) -> None:
    assert found("product", [heard], CATALOGUE) == {}


def test_two_names_of_the_catalogue_are_never_one() -> None:
    assert found("product", ["GTX Plus Pro", "GTX Pro"], CATALOGUE) == {}


@pytest.mark.parametrize("heard", ["LEFÈVRE Hugo", "hugo lefevre", "Lefevre, Hugo"])
def test_a_person_is_the_same_in_another_order_and_without_accents(heard: str) -> None:
    known, confidence = found("agent", [heard], ["Hugo Lefèvre", "Jean Martin"])[heard]
    assert known == "Hugo Lefèvre"
    assert confidence >= 0.95


def test_an_initial_is_asked_about_and_only_when_one_person_fits() -> None:
    agents = ["Hugo Lefèvre", "Jean Martin", "Julie Martin"]
    assert found("agent", ["LEFEVRE H.", "J. Martin"], agents) == {
        "LEFEVRE H.": ("Hugo Lefèvre", 0.8)}


@pytest.mark.parametrize(("heard", "known", "sure"), [
    ("Acme SAS", "Acme", True), ("Ets Brenac", "Brenac", True),
    ("Acme Corporation", "Acme Corp.", True), ("Acme SAS", "Acme GmbH", False),
    ("Groupe Vauban", "Vauban", False),
])
def test_a_legal_form_makes_no_other_company_unless_two_differ(heard: str, known: str,
                                                              sure: bool) -> None:
    assert (found("account", [heard], [known])[heard][1] >= 0.9) is sure


@pytest.mark.parametrize(("heard", "known"), [
    ("Équipe commerciale A", "Équipe commerciale B"), ("Phase II", "Phase III"),
    ("Region 1", "Region 2"),
])
def test_one_letter_or_numeral_of_its_own_is_another_name(heard: str, known: str) -> None:
    assert found("team", [heard], [known]) == {}


def test_a_slip_of_the_keyboard_is_offered_but_never_taken_unasked() -> None:
    known, confidence = found("account", ["Betasolion"], ["Betasoloin", "Cancity"])["Betasolion"]
    assert known == "Betasoloin"
    assert confidence < 0.9


def test_identifiers_are_never_near() -> None:
    assert found("agent", ["0051G000005Mun4QAC", "00000000000000a1"],
                 ["0051G000005Mun4QAc", "00000000000000A1"]) == {}


def test_too_many_names_are_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpilot.load.near.COMPARISONS", 10)
    assert typos([f"Client {chr(97 + i)}lpha" for i in range(20)]).cut
