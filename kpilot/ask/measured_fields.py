"""How measurable a KPI is in this data: how full its fields are where they apply (§3).

Only rows that the reader may see are counted, of the ninety days before the data of the KPI end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlglot import exp

from kpilot.analysis.advisor import Coverage
from kpilot.ask.facts import Cutoff
from kpilot.ask.fiscal import fiscal
from kpilot.ask.horizon import own_cutoff
from kpilot.ask.measurable import filled_fields, requirements
from kpilot.ask.measured_rows import Asked, Rows, asked_of, rows_of
from kpilot.core.calendar import parse_period
from kpilot.core.errors import UserError
from kpilot.core.expression import filled
from kpilot.core.kpi import Catalog, Kpi
from kpilot.core.nodes import literal
from kpilot.core.rights import Reader
from kpilot.project import Project

DAYS = 90
IN_FORCE = """
    r.from_date < :end AND NOT EXISTS (
        SELECT 1 FROM subscription_mrr AS n
        WHERE n.account_id IS NOT DISTINCT FROM r.account_id
        AND n.subscription_id IS NOT DISTINCT FROM r.subscription_id
        AND n.from_date > r.from_date AND n.from_date < :end
    )
"""


@dataclass(frozen=True, kw_only=True)
class Filled:
    """One requirement ("table.field", or several joined by "|"), how full it is, and whether that
    could only be taken as given because the status of leads says nothing."""

    need: str
    coverage: Coverage
    is_assumed: bool = False


def filled_needs(
    kpi: Kpi, kpis: Catalog, project: Project, reader: Reader, cut: Cutoff
) -> tuple[Filled, ...]:
    """How full each required field of the KPI is; of several that will do, the fullest."""
    own = own_cutoff(project, kpis, kpi, cut, None)
    return tuple(_filled(need, project, reader, own) for need in requirements(kpi, kpis, project))


def _filled(need: str, project: Project, reader: Reader, cut: Cutoff) -> Filled:
    place = ("filled_need", need, cut.version, cut.at, reader.fingerprint)
    if place not in project.memo:
        for old in [k for k in list(project.memo) if k[0] == "filled_need" and k[2] < cut.version]:
            project.memo.pop(old, None)
        project.memo[place] = _counted(need, project, reader, cut)
    found: Filled = project.memo[place]
    return found


def _counted(need: str, project: Project, reader: Reader, cut: Cutoff) -> Filled:
    known = filled_fields(project, cut.version)
    mapped = [option for option in need.split("|") if known.get(option, 0) > 0]
    if not mapped:
        return Filled(need=need, coverage=Coverage(field=need, is_mapped=False))
    groups: dict[tuple[str, str, str], list[Asked]] = {}
    for option in mapped:
        asked = asked_of(option)
        groups.setdefault((asked.rows, asked.applies, asked.by_status), []).append(asked)
    found = []
    for (rows, applies, sign), several in groups.items():
        if sign and not _is_said(sign, project):
            whole = Coverage(field=need, valid=1, applicable=1)
            found.append(Filled(need=need, coverage=whole, is_assumed=True))
            continue
        valid, applicable = (
            _targets(project, reader, cut)
            if rows == "target"
            else _count(rows_of(rows), several, applies, sign, project, reader, cut)
        )
        whole = Coverage(field=need, valid=valid, applicable=applicable)
        found.append(Filled(need=need, coverage=whole))
    return max(found, key=lambda one: (_share(one.coverage), one.coverage.applicable))


def _share(one: Coverage) -> float:
    return one.valid / one.applicable if one.applicable else 0.0


def _is_said(sign: str, project: Project) -> bool:
    """Whether the statuses of leads say who is converted, qualified or set aside."""
    tree = (
        exp.select("1")
        .from_("lead AS l")
        .join("lead_status AS s", on="s.id = l.status_id")
        .where(exp.column(sign, table="s"))
        .limit(1)
    )
    return bool(project.engine.query(tree.sql(dialect="duckdb")))


def _count(
    rows: Rows, several: list[Asked], applies: str, sign: str,
    project: Project, reader: Reader, cut: Cutoff,
) -> tuple[int, int]:  # fmt: skip
    valid = exp.or_(*(one.valid for one in several), dialect="duckdb")
    count = exp.func("COUNT_IF", valid, dialect="duckdb")
    tree = visible(rows, reader).select(count, exp.Count(this=exp.Star()))
    tree = tree.where(applies, dialect="duckdb")
    if sign:
        tree = tree.where(exp.column(sign, table="g"))
    if rows.table == "subscription_mrr":
        tree = tree.where(IN_FORCE, dialect="duckdb")
    elif rows.table == "cost":
        tree = tree.where("r.start_date < :end AND r.end_date > :first", dialect="duckdb")
    elif rows.dated:
        tree = tree.where(f"{rows.dated} >= :first", f"{rows.dated} < :end", dialect="duckdb")
    (good, every), *_ = run(tree, project, *_window(cut))
    return int(str(good or 0)), int(str(every))


def visible(rows: Rows, reader: Reader) -> exp.Select:
    """The rows that count and that the reader may see, as `r`, nothing selected yet."""
    tree = exp.select().from_(exp.to_table(rows.table, quoted=True).as_("r"))
    for table, alias, condition in rows.joins:
        beside = exp.to_table(table, quoted=True).as_(alias)
        tree = tree.join(beside, on=condition, join_type="left", dialect="duckdb")
    tree = tree.where(rows.where, dialect="duckdb")
    if rows.owner and reader.agent_ids is not None:
        own: exp.Expr = exp.maybe_parse(rows.owner, dialect="duckdb")
        ids = [exp.Literal.string(one) for one in sorted(reader.agent_ids)]
        tree = tree.where(exp.In(this=own, expressions=ids) if ids else exp.false())
    return tree


def run(tree: exp.Select, project: Project, first: date, end: date) -> list[tuple[object, ...]]:
    """The rows of a question over the days from `first` up to, not including, `end`."""
    values: Mapping[str, exp.Expr] = {
        "tz": literal(project.settings.tz), "first": literal(first), "end": literal(end),
    }  # fmt: skip
    return project.engine.query(filled(tree, values).sql(dialect="duckdb"))


def _window(cut: Cutoff) -> tuple[date, date]:
    return cut.day - timedelta(DAYS), cut.day


def _targets(project: Project, reader: Reader, cut: Cutoff) -> tuple[int, int]:
    """(with a value, all) of the targets of periods that touch the ninety days."""
    first, end = _window(cut)
    own = fiscal(project, cut.version)
    valid = every = 0
    for kind, who, period, value in project.engine.query(
        "SELECT scope_type, scope_id, period, value FROM target "
        "WHERE deleted_at IS NULL AND deleted_on IS NULL"
    ):
        if reader.agent_ids is not None and (kind != "agent" or who not in reader.agent_ids):
            continue
        try:
            span = parse_period(str(period), own)
        except UserError:
            continue
        if span.start < end and span.end > first:
            every += 1
            valid += value is not None
    return valid, every
