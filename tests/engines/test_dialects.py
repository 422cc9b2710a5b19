"""What is done to a statement before another engine's dialect is written; no engine is needed."""

from datetime import date

import pytest
from sqlglot import exp

from kpilot.engines.dialects import (
    absolute,
    created,
    days_between,
    divided,
    local,
    read,
    rewritten,
    sorted_list,
    table_of,
    typed,
)

SHAPES = {
    ("kpilot", "deal"): {"id": "VARCHAR", "born": "DATE", "ended": "DATE", "at": "TIMESTAMP"},
    ("kpilot_facts", "sale"): {"id": "VARCHAR", "sold": "DATE"},
}


def shaped(sql: str, *params: object) -> exp.Expr:
    return typed(read(sql, params), lambda schema, table: SHAPES[schema, table])


def test_parameters_become_literals_that_cannot_break_out():
    nasty = 'it\'s \\ "x" -- ; DROP TABLE deal'
    tree = read("SELECT 1 WHERE name = ? AND day >= ?", [nasty, date(2024, 2, 29)])
    assert [value.name for value in tree.find_all(exp.Literal)] == ["1", nasty, "2024-02-29"]
    for dialect in ("postgres", "clickhouse", "spark"):
        again = exp.maybe_parse(tree.sql(dialect=dialect), dialect=dialect)
        assert nasty in [value.name for value in again.find_all(exp.Literal)]


def test_numbered_parameters_may_stand_twice():
    tree = read("SELECT 1 WHERE a IN (SELECT unnest($1::TEXT[])) OR b = $2", [["x", "y"], "z"])
    assert tree.sql() == "SELECT 1 WHERE a IN ('x', 'y') OR b = 'z'"


def test_a_list_of_nothing_holds_nothing():
    tree = read("SELECT 1 WHERE a IN (SELECT UNNEST(CAST(? AS TEXT[])))", [[]])
    assert tree.sql() == "SELECT 1 WHERE FALSE"


def test_facts_and_moments_have_schemas_of_their_own():
    tree = read("SELECT * FROM facts.main.sale JOIN moments.main.sale_1 ON TRUE JOIN deal ON TRUE")
    names = [table.sql() for table in tree.find_all(exp.Table)]
    assert sorted(names) == ["deal", "kpilot_facts.sale", "kpilot_moments.sale_1"]


def test_stars_are_written_out_and_types_known_through_subqueries():
    tree = shaped("WITH d AS (SELECT *, ended - born AS days FROM deal) SELECT * FROM d")
    assert tree.named_selects == ["id", "born", "ended", "at", "days"]
    assert [str(column.type) for column in tree.selects][-3:] == ["DATE", "TIMESTAMPNTZ", "BIGINT"]


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("ended - born", True),
        ("(ended) - COALESCE(born, CAST(at AS DATE))", True),
        ("ended - LAG(born) OVER (ORDER BY id)", True),
        ("MAX(ended) OVER () - born", True),
        ("ended - 7", False),
        ("(ended - born) - (born - ended)", False),
        ("at - INTERVAL '1' DAY", False),
    ],
)
def test_a_difference_of_dates_is_told_by_its_types(sql, found):
    tree = shaped(" ".join(("SELECT", sql, "AS x FROM deal"))).selects[0].this
    assert (days_between(tree) is not None) == found


def test_a_fact_is_joined_by_its_types_too():
    tree = shaped("SELECT s.sold - d.born AS x FROM facts.main.sale AS s JOIN deal AS d USING (id)")
    assert days_between(tree.selects[0].this) is not None


def test_a_clock_is_told_from_a_moment():
    tree = read("SELECT at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Paris'").selects[0]
    assert [part.name for part in local(tree)] == ["at", "Europe/Paris"]
    assert absolute(tree) is None
    back = read("SELECT at AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC'").selects[0]
    assert [part.name for part in absolute(back)] == ["at", "Europe/Paris"]
    assert local(back) is None


def test_dividing_by_nothing_gives_nothing():
    tree = rewritten(read("SELECT a / b, a / 2, (a + a / b) / NULLIF(c, 0)"), divided)
    assert tree.sql() == "SELECT a / NULLIF(b, 0), a / 2, (a + a / NULLIF(b, 0)) / NULLIF(c, 0)"


def test_a_sorted_list_says_by_what_and_of_what():
    listed, plain = read("SELECT ARRAY_AGG(x ORDER BY y, x), ARRAY_AGG(x)").selects
    assert [part.sql() for part in sorted_list(listed)] == ["y", "x", "x"]
    assert sorted_list(plain) is None


def test_a_table_is_made_anew():
    parts = created(table_of("order", {"id": "VARCHAR", "amount": "DECIMAL(18,4)"}))
    assert [part.sql(dialect="postgres", identify=True) for part in parts] == [
        'DROP TABLE IF EXISTS "kpilot"."order"',
        'CREATE TABLE "kpilot"."order" ("id" TEXT, "amount" DECIMAL(18, 4))',
    ]
