"""Rows that are in the data and count in no figure: deleted, tests, merged into others (rule G10).

They are counted for figures that rest on nothing: "0 visible, 10 deleted" instead of an empty page.
"""

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
    """The row of a total; when it rests on no row of a required table because none is visible,
    with what hides them: their number by sign, and the reason "none_visible" if it has no value."""
    if row.n or any(flag.startswith("missing:") for flag in row.flags):
        return row
    for table in _entities(kpi, kpis, project):
        hidden = _hidden(project, table, cut)
        if hidden:
            reason = "none_visible" if row.value is None else row.reason
            return replace(row, reason=reason, excluded={**row.excluded, **hidden})
    return row


def _entities(kpi: Kpi, kpis: Catalog, project: Project) -> list[str]:
    """The tables of records that the KPI requires; a history is one of its records."""
    named = [
        option.split(".")[0]
        for need in requirements(kpi, kpis, project)
        for option in need.split("|")
    ]
    tables = [
        next((f.references for f in TABLES[name].fields if f.references in ("opportunity", "lead")),
             name) if name.endswith("_history") else name
        for name in named
    ]  # fmt: skip
    return [name for name in dict.fromkeys(tables) if name and TABLES[name].is_entity]


def _hidden(project: Project, table: str, cut: Cutoff) -> dict[str, int]:
    """{sign: rows} when no row of the table is visible at the cut-off; {} when one is, or none is
    there at all."""
    place = ("hidden", table, cut.version, cut.at)
    if place not in project.memo:
        for old in [k for k in project.memo if k[0] == "hidden" and k[2] < cut.version]:
            project.memo.pop(old, None)
        sign = exp.Case()
        conditions = (
            exp.or_(
                exp.column("deleted_at") < literal(cut.at),
                exp.column("deleted_on") < literal(cut.day),
            ),
            exp.column("merged_into_id").is_(exp.null()).not_(),
            exp.column("is_test").is_(exp.true()),
        )
        for name, condition in zip(SIGNS, conditions, strict=True):
            sign = sign.when(condition, exp.Literal.string(name))
        select = (
            exp.select(exp.alias_(sign.else_(exp.Literal.string("")), "sign"), "COUNT(*)")
            .from_(exp.to_table(table, quoted=True))
            .group_by("1")
        )
        found = {str(name): int(str(n)) for name, n in project.engine.query(
            select.sql(dialect="duckdb"))}  # fmt: skip
        project.memo[place] = {} if "" in found else {n: found[n] for n in SIGNS if n in found}
    known: dict[str, int] = project.memo[place]
    return known
