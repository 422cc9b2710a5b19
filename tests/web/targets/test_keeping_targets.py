"""Targets set in kpilot: kept with their history, and used by every figure at once."""

from decimal import Decimal
from pathlib import Path

import pytest

from kpilot.ask import ask
from kpilot.core.calendar import Fiscal, parse_period
from kpilot.core.errors import UserError
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.web.people.models import Person
from kpilot.web.targets.keeping import Change, history, set_targets
from kpilot.web.targets.record import on_record
from kpilot.web.warehouse import project


def person(name):
    return Person.objects.get(email=f"{name}@example.com")


def change(scope_type, scope_id, period, value, **more):
    value = None if value is None else Decimal(value)
    return Change(kpi="sales_value", scope_type=scope_type, scope_id=scope_id, period=period,
                  value=value, **more)  # fmt: skip


def aim(period="2024-11", by=()):
    query = Query(kpis=("quota_attainment",), reader=EVERYTHING, by=by,
                  period=parse_period(period, Fiscal()))  # fmt: skip
    return {tuple(row.dim_ids.values()): row.den for row in ask(query, project()).rows}


def test_a_target_set_here_counts_instead_of_a_files_and_keeps_its_past(house: Path) -> None:
    assert aim() == {(): 40000}
    kept = set_targets(person("eve"), [change("org", "", "2024-11", "41000.50")])
    assert [(e.old, e.new) for e in kept.entries] == [(Decimal(40000), Decimal("41000.50"))]
    assert aim() == {(): Decimal("41000.50")}
    set_targets(person("eve"), [change("org", "", "2024-11", 42000)])
    set_targets(person("eve"), [change("org", "", "2024-11", None)])
    assert aim()[()] == 12000 + 9000 + 77777  # nobody's own: those of the people add up
    set_targets(person("eve"), [change("org", "", "2024-11", 43000)])
    assert aim() == {(): 43000}
    said = [e.new for e in history([("sales_value", "org", "", "2024-11")])]
    assert said == [Decimal(43000), None, Decimal(42000), Decimal("41000.5")]


def test_months_set_here_count_instead_of_a_files_quarter(house: Path) -> None:
    with project().engine.transaction() as cursor:
        cursor.execute("INSERT INTO target (scope_type, period, value, kpi_id) "
                       "VALUES ('org', '2024-Q1', 500, 'revenue')")  # fmt: skip
        cursor.execute("UPDATE kp_version SET n = n + 1")
    assert aim("2024-Q1") == {(): 500}
    months = [change("org", "", f"2024-0{n}", 100 * n) for n in (1, 2, 3)]
    set_targets(person("eve"), months[:2])
    assert aim("2024-Q1") == {(): 500}
    set_targets(person("eve"), months[2:])
    assert aim("2024-Q1") == {(): 600}


def test_somebody_who_was_slower_is_told_and_writes_over_nothing(house: Path) -> None:
    seen = on_record(project())["sales_value", "agent", "ann", "2024-11"].value
    set_targets(person("eve"), [change("agent", "ann", "2024-11", 12500)])
    kept = set_targets(person("mia"), [
        change("agent", "ann", "2024-11", 13000, was=seen, is_seen=True),
        change("agent", "bob", "2024-11", 9500, was=Decimal(9000), is_seen=True),
    ])  # fmt: skip
    (clash,) = kept.clashes
    assert (clash.who, clash.stands, clash.change.value) == ("Eve", 12500, 13000)
    assert aim(by=("agent",)) == {("ann",): 12500, ("bob",): 9500, ("zoe",): 77777}


@pytest.mark.parametrize(
    ("name", "scope", "value", "code"),
    [("mia", ("agent", "zoe"), 5, "rights"), ("mia", ("org", ""), 5, "rights"),
     ("ann", ("agent", "ann"), 5, "rights"), ("vic", ("org", ""), 5, "rights"),
     ("eve", ("org", ""), 0, "zero_target"), ("eve", ("org", ""), -1, "negative_target")],
)  # fmt: skip
def test_what_makes_no_sense_or_is_not_ones_own_is_refused(house, name, scope, value, code) -> None:
    with pytest.raises(UserError) as refused:
        set_targets(person(name), [change(*scope, "2024-11", value)])
    assert refused.value.code == code
    assert aim() == {(): 40000}
