"""A definition that changes is another version of the KPI, and the old one stays on record."""

from datetime import datetime

from kpilot.ask.catalog import catalog
from kpilot.ask.definitions import history

OWN = """
unit = "count"
direction = "up"
fact = "opportunity"
date = "closed_on"
agent = "closed"
names = { en = "Big wins", fr = "Grosses ventes" }
meaning = { en = "Sales above a bound.", fr = "Ventes au-dessus d'un seuil." }
formula = { en = "wins above a bound", fr = "ventes au-dessus d'un seuil" }
measure = { kind = "sum", num = { where = "is_won AND amount > BOUND" } }
"""


def on(day: str) -> datetime:
    return datetime.fromisoformat(day)


def defined(made, bound: str, at: datetime, **words: str):
    folder = made.project.folder / "kpis"
    folder.mkdir(exist_ok=True)
    text = OWN.replace("BOUND", bound)
    for old, new in words.items():
        text = text.replace(old, new)
    (folder / "big_wins.toml").write_text(text, encoding="utf-8")
    return history(made.project, catalog(made.project)["big_wins"], at)


def test_a_changed_measure_is_a_new_version_and_a_changed_name_is_not(company):
    made = company()
    (first,) = defined(made, "1000", on("2026-01-05"))
    assert (first.version, first.since) == (1, on("2026-01-05"))
    assert "amount > 1000" in first.said["measure"]
    assert len(defined(made, "1000", on("2026-01-06"), Big="Large")) == 1
    before, after = defined(made, "2000", on("2026-02-01"))
    assert before == first
    assert (after.version, after.since) == (2, on("2026-02-01"))
    assert "amount > 2000" in after.said["measure"]


def test_going_back_to_an_old_definition_is_a_change_too(company):
    made = company()
    defined(made, "1000", on("2026-01-05"))
    defined(made, "2000", on("2026-02-01"))
    found = defined(made, "1000", on("2026-03-01"))
    assert [one.version for one in found] == [1, 2, 3]


def test_every_shipped_kpi_says_what_decides_it(company):
    made = company()
    for kpi in catalog(made.project).values():
        (only,) = history(made.project, kpi, on("2026-01-05"))
        assert only.version == kpi.version
        assert only.said["measure"]
