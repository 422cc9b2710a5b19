"""The SMART assistant through its fragment: the seed's own sentence, and what it must refuse."""

import csv
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kpilot.core.errors import UserError
from kpilot.load import load
from kpilot.web.targets.reading import Said, cell, said
from kpilot.web.warehouse import project

SENTENCE = "augmenter le taux de conversion de 5 % d'ici la fin du trimestre"
WON = (36, 38, 37, 40, 39, 42, 41, 43, 40, 40)  # of 200 closed, each quarter from 2022-Q2


def text_of(answer):
    assert answer.status_code == 200
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", plain.replace("\u00a0", " ").replace("\u202f", " "))


@pytest.fixture
def zed(house, tmp_path):
    """An agent whose win rates by quarter are the history of E21."""
    path = tmp_path / "opportunities.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Opportunity ID", "Owner", "Stage", "Amount", "Currency", "Created Date",
                         "Close Date"))  # fmt: skip
        for quarter, won in enumerate(WON):
            first = date(2022 + (quarter + 1) // 4, (quarter + 1) % 4 * 3 + 1, 1)
            for i in range(200):
                day = first + timedelta(i % 80)
                stage = "Closed Won" if i < won else "Closed Lost"
                writer.writerow((f"z{quarter}-{i}", "Zed", stage, 100, "EUR", day, day))
    load([path], project(), who="eve")
    ((found,),) = project().engine.query("SELECT id FROM agent WHERE name = 'Zed'")
    return {"kpi": "win_rate", "scope": f"agent:{found}", "target": SENTENCE,
            "start_on": "2024-10-01", "due_on": "2025-01-01"}  # fmt: skip


def test_the_seeds_sentence_has_two_readings_each_with_its_verdict(zed, visit) -> None:
    """E21: 0.20 → 0.21 achievable (4 of 9), 0.20 → 0.25 unrealistic, neither shows in 200."""
    shown = text_of(visit("eve").get("/targets/smart-check/", zed))
    assert "5% more relative 20.0% → 21.0%" in shown
    assert "5 points more in points 20.0% → 25.0%" in shown
    assert "Achievable A change of at least 1.0 point: 4 times in 9 comparisons" in shown
    assert "Unrealistic A change of at least 5.0 points: never in 9 comparisons" in shown
    assert "200 rows expected in a period give ±5.5 points. Such a change will not" in shown
    assert "✕ no: A percentage of a percentage can be read in two ways" in shown
    assert "10 complete periods" in visit("eve").get("/targets/smart-check/", zed).content.decode()
    chosen = text_of(visit("eve").get("/targets/smart-check/", zed | {"reading": "points"}))
    assert "✓ yes: Win rate, from 20.0% to 25.0%." in chosen
    assert "Achievable ✕ no: A change of at least 5.0 points: never" in chosen
    client = visit("eve")
    client.post("/taste/", {"language": "fr"})
    assert "5 points de plus" in text_of(client.get("/targets/smart-check/", zed))


def test_a_handful_of_rows_says_nothing_of_what_can_be_reached(zed, visit) -> None:
    """Ten closed a quarter: 20 % or 30 % of them is chance, as a start and as a change."""
    project().engine.query(
        "DELETE FROM opportunity WHERE CAST(split_part(id, '-', 2) AS INTEGER) % 20 <> 0")
    project().engine.query("UPDATE kp_version SET n = n + 1")
    asked, eve = zed | {"reading": "relative"}, visit("eve")
    shown = text_of(eve.get("/targets/smart-check/", asked))
    assert "Too few to say: the last complete period rests on 10 rows." in shown
    shown = text_of(eve.get("/targets/smart-check/", asked | {"start": "20%"}))
    assert "Too few to say: 0 comparisons of periods with enough rows, 8 are needed." in shown


def test_nobody_is_judged_by_figures_that_are_not_hers_to_see(zed, visit) -> None:
    for name, scope in (("ann", zed["scope"]), ("ann", "team:north-a"), ("mia", "")):
        shown = text_of(visit(name).get("/targets/smart-check/", zed | {"scope": scope}))
        assert "You see only a part of these figures" in shown
        assert "20.0%" not in shown


@pytest.mark.parametrize("typed", ["", "beaucoup", "=1+1", "9" * 400, "<b>", "-5", "0", "5 % %"])
def test_a_half_typed_form_is_no_error(house, visit, typed) -> None:
    page = visit("ann").get("/targets/smart-check/", {
        "kpi": "sales_value", "scope": "agent:ann", "target": typed, "period": "2024-1"
    })  # fmt: skip
    assert page.status_code == 200
    assert visit("ann").get("/targets/smart-check/").status_code == 200


def test_leads_that_an_aim_needs_are_held_against_the_best_there_was(house, visit) -> None:
    shown = text_of(visit("eve").get("/targets/smart-check/", {
        "kpi": "sales_value", "target": "400 k€", "period": "2024-12"
    }))  # fmt: skip
    assert "to €400,000" in shown
    assert "still to be sold; the pipeline there and to come should bring" in shown


@pytest.mark.parametrize(
    ("typed", "unit", "language", "kind", "value"),
    [
        ("12 k€", "currency", "fr", "absolute", "12000"),
        ("1.2M", "currency", "en", "absolute", "1.2e6"),
        ("5 %", "ratio", "fr", "absolute", "0.05"),
        ("+5 %", "ratio", "fr", "percent", "0.05"),
        ("+5 pts", "ratio", "fr", "points", "0.05"),
        ("1 234,50", "currency", "fr", "absolute", "1234.5"),
        ("1,234.50", "currency", "en", "absolute", "1234.5"),
        ("10 %", "count", "en", "percent", "0.1"),
        ("réduire de 3 points", "ratio", "fr", "points", "-0.03"),
        ("+12", "count", "en", "points", "12"),
    ],
)
def test_a_number_is_a_target_or_a_change(typed, unit, language, kind, value) -> None:
    assert said(typed, unit, language) == Said(kind=kind, value=Decimal(value))


def test_what_is_no_target_is_refused_in_a_cell() -> None:
    for typed in ("+5 %", "12.500", "twelve"):
        with pytest.raises(UserError):
            cell(typed, "currency", "fr")
    assert cell(" ", "count", "fr") is None
