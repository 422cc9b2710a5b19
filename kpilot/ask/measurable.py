"""Whether a KPI can be measured with the data that is there, and what is missing if not."""

from dataclasses import dataclass
from functools import cache

from sqlglot import exp

from kpilot.ask.chances import own_needs, rests_on_chances
from kpilot.ask.facts import data_version
from kpilot.core.kpi import Catalog, Kpi
from kpilot.core.schema import columns
from kpilot.core.tables import TABLES
from kpilot.project import Project


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Why a KPI has no figure: a reason and the fields that are not filled ("table.field")."""

    reason: str
    fields: tuple[str, ...]


def missing(kpi: Kpi, kpis: Catalog, project: Project, version: int = -1) -> Missing | None:
    """What keeps `kpi` from being measured, or None.

    A requirement is "table.field", or several joined by "|" of which one will do. A KPI counted
    on orders (setting sales_source) requires orders instead of opportunities.
    """
    lacking = tuple(
        need for need in requirements(kpi, kpis, project) if not _is_filled(need, project, version)
    )
    if not lacking:
        return None
    only_history = all(need.split(".")[0].endswith("_history") for need in lacking)
    return Missing(reason="no_history" if only_history else "not_measurable", fields=lacking)


def requirements(kpi: Kpi, kpis: Catalog, project: Project) -> tuple[str, ...]:
    """What the KPI requires, and what those it is made of do."""
    needs = kpi.requires
    if kpi.fact == "sale" and project.settings.sales_source == "orders":
        own = [need for need in needs if not need.startswith("opportunity.")]
        amount = ["order.net_amount|order_line.net_amount"] if kpi.money else []
        needs = (*own, "order.ordered_at", *amount)
    if project.settings.prob_source == "empirical" and rests_on_chances(kpi, kpis):
        needs = own_needs(needs)
    for name in kpi.measure.operands:
        if name not in kpi.measure.otherwise:
            needs += requirements(kpis[name], kpis, project)
    return tuple(dict.fromkeys(needs))


def _is_filled(need: str, project: Project, version: int) -> bool:
    filled = filled_fields(project, version)
    return any(filled.get(option, 0) > 0 for option in need.split("|"))


def filled_fields(project: Project, version: int = -1) -> dict[str, int]:
    """ "table.field" → number of rows that have it; fallbacks of real exports count too.

    version  of the data when the caller knows it
    """
    key = ("filled", version if version >= 0 else data_version(project))
    if key not in project.memo:
        for old in [k for k in list(project.memo) if k[0] == "filled"]:
            project.memo.pop(old, None)
        project.memo[key] = _filled(project)
    found: dict[str, int] = project.memo[key]
    return found


@cache
def _counting(table: str) -> str:
    """The SELECT that counts the values in every column of a table."""
    counts = (exp.Count(this=exp.column(name, quoted=True)) for name, _ in columns(TABLES[table]))
    return exp.select(*counts).from_(exp.to_table(table, quoted=True)).sql(dialect="duckdb")


def _filled(project: Project) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table in TABLES.values():
        row = project.engine.query(_counting(table.name))[0]
        names = [name for name, _ in columns(table)]
        found = dict(zip(names, (int(str(n)) for n in row), strict=True))
        for field in table.all_fields:
            if not field.virtual:
                dated = found.get(field.date_name, 0) if field.kind == "instant" else 0
                counts[f"{table.name}.{field.name}"] = found[field.name] + dated
    history = counts["stage_history.at"]
    counts["opportunity.created_at"] += counts["opportunity.started_at"] + history
    counts["opportunity.status"] += counts["opportunity.stage_id"] + history
    counts["opportunity.closed_at"] += history
    begun = counts["lead_status_history.at"] + counts["lead.first_contact_at"]
    counts["lead.created_at"] += begun
    counts["opportunity.amount"] += counts["amount_history.amount"]
    return counts
