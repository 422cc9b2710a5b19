"""Rows that are in the data and count in no figure: deleted, tests, merged into others (rule G10).

They are counted for figures that rest on nothing: "0 visible, 10 deleted" instead of an empty page.
"""

from collections import Counter
from dataclasses import replace

from sqlglot import exp

from kpilot.ask.facts import Cutoff
from kpilot.ask.measurable import requirements
from kpilot.core.kpi import Catalog, Kpi
from kpilot.core.nodes import literal
from kpilot.core.result import Row
from kpilot.core.tables import TABLES
from kpilot.project import Project

SIGNS = ("deleted", "merged", "test")  # a row with several of them counts with the first


def explained(row: Row, kpi: Kpi, kpis: Catalog, project: Project, cut: Cutoff) -> Row:
    """The row of a total; when it rests on no row because none of what it requires is visible,
    with what hides them: their number by sign, and the reason "none_visible" if it has no value.

    Of tables that can stand in for each other, one visible row in any is enough.
    """
    if row.n or any(flag.startswith("missing:") for flag in row.flags):
        return row
    for tables in _required(kpi, kpis, project):
        hidden = _hidden(project, tables, cut)
        if hidden:
            reason = "none_visible" if row.value is None else row.reason
            return replace(row, reason=reason, excluded={**row.excluded, **hidden})
    return row


def _required(kpi: Kpi, kpis: Catalog, project: Project) -> list[tuple[str, ...]]:
    """The tables of each requirement, several where one will do; a history is its record's."""
    found = []
    for need in requirements(kpi, kpis, project):
        named = dict.fromkeys(option.split(".")[0] for option in need.split("|"))
        found.append(tuple(dict.fromkeys(_record(name) for name in named)))
    return list(dict.fromkeys(found))


def _record(table: str) -> str:
    if not table.endswith("_history"):
        return table
    of = (field.references for field in TABLES[table].fields)
    return next((name for name in of if name in ("opportunity", "lead")), table)


def _hidden(project: Project, tables: tuple[str, ...], cut: Cutoff) -> dict[str, int]:
    """{sign: rows} when no row of the tables is visible at the cut-off; {} when one is, or none
    is there at all."""
    found: Counter[str] = Counter()
    for table in tables:
        found.update(_signs(project, table, cut))
    return {} if "" in found else {name: found[name] for name in SIGNS if name in found}


def _signs(project: Project, table: str, cut: Cutoff) -> dict[str, int]:
    """{sign: rows} of a table, "" for those that are visible."""
    place = ("hidden", table, cut.version, cut.at)
    if place not in project.memo:
        for old in [k for k in list(project.memo) if k[0] == "hidden" and k[2] < cut.version]:
            project.memo.pop(old, None)
        select = (
            exp.select(exp.alias_(_sign(cut, TABLES[table].is_entity), "sign"), "COUNT(*)")
            .from_(exp.to_table(table, quoted=True))
            .group_by("1")
        )
        rows = project.engine.query(select.sql(dialect="duckdb"))
        project.memo[place] = {str(name): int(str(n)) for name, n in rows}
    known: dict[str, int] = project.memo[place]
    return known


def _sign(cut: Cutoff, is_entity: bool) -> exp.Expr:
    """What hides a row; only records can be deleted, merged or tests."""
    if not is_entity:
        return exp.Literal.string("")
    conditions = (
        exp.or_(
            exp.column("deleted_at") < literal(cut.at),
            exp.column("deleted_on") < literal(cut.day),
        ),
        exp.column("merged_into_id").is_(exp.null()).not_(),
        exp.column("is_test").is_(exp.true()),
    )
    sign = exp.Case()
    for name, condition in zip(SIGNS, conditions, strict=True):
        sign = sign.when(condition, exp.Literal.string(name))
    return sign.else_(exp.Literal.string(""))
