"""Chances of winning that a company's own closings show, in place of those its CRM records."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlglot import exp

from kpilot.analysis.shrinkage import shrink
from kpilot.ask.catalog import facts as known_facts
from kpilot.ask.facts import fact_table
from kpilot.core.kpi import Catalog, Kpi
from kpilot.core.nodes import literal

if TYPE_CHECKING:
    from kpilot.ask.scans import Asking

CHANCE = "probability"
STAGE = "open_stage_id"
LOOKBACK = timedelta(365)
HISTORY = "stage_history.stage_id"


def rests_on_chances(kpi: Kpi, known: Catalog) -> bool:
    """Whether the figure weighs open opportunities by their chance, or is made of one that does."""
    if any(rests_on_chances(known[name], known) for name in kpi.measure.operands):
        return True
    total = kpi.measure.num.total
    is_level = kpi.is_stock or kpi.is_windowed
    return is_level and total is not None and CHANCE in _columns(total)


def is_empirical(asking: "Asking", kpi: Kpi) -> bool:
    """Whether this KPI takes its chances from what became of opportunities."""
    source = asking.project.settings.prob_source
    return source == "empirical" and rests_on_chances(kpi, asking.catalog)


def own_needs(needs: Iterable[str]) -> tuple[str, ...]:
    """What is required instead of recorded chances: a history of stages."""
    return tuple(HISTORY if CHANCE in need else need for need in needs)


def with_own_chances(asking: "Asking", kpi: Kpi, relation: exp.Expr) -> exp.Expr:
    """The fact with the chance of each row's last open stage as its `probability`."""
    case = exp.Case(this=exp.column(STAGE))
    rates = stage_chances(asking)
    for stage, rate in rates.items():
        case = case.when(literal(stage), literal(rate))
    chance: exp.Expr = case if rates else exp.null()
    chance = exp.cast(chance, "DOUBLE")
    columns = known_facts(asking.project)[kpi.fact].columns
    tree = exp.select(
        *(exp.alias_(chance, CHANCE) if name == CHANCE else exp.column(name) for name in columns)
    ).from_(relation)
    return exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier("f")))


def stage_chances(asking: "Asking") -> dict[str, float]:
    """Stage → share won of the opportunities that reached it and closed in the last 365 days.

    All opportunities of the company, whoever asks: it is the company's habit, not a person's. The
    stages of one pipeline are drawn together (beta-binomial) where that can be done; void ones
    are left out. A stage that none of them reached has no chance.
    """
    cut = asking.cut
    place = ("chances", cut.version, cut.at, asking.project.settings)
    if place not in asking.project.memo:
        for old in [key for key in list(asking.project.memo) if key[0] == "chances"]:
            asking.project.memo.pop(old, None)
        asking.project.memo[place] = _stage_chances(asking)
    found: dict[str, float] = asking.project.memo[place]
    return found


def _stage_chances(asking: "Asking") -> dict[str, float]:
    reached, deals = (
        exp.to_table(fact_table(asking.project, name, asking.cut).table, alias=alias)
        for name, alias in (("stage_entry", "e"), ("opportunity", "o"))
    )
    end = asking.cut.whole
    closed = exp.column("closed_on", "o")
    tree = (
        exp.select(
            "o.pipeline_id",
            "e.stage_id",
            exp.Count(this=exp.Star()),
            "SUM(CASE WHEN o.is_won THEN 1 ELSE 0 END)",
        )
        .from_(reached)
        .join(deals, on="o.id = e.opportunity_id")
        .where("o.is_closed AND NOT o.is_void")
        .where(exp.GTE(this=closed, expression=literal(end - LOOKBACK)))
        .where(exp.LT(this=closed.copy(), expression=literal(end)))
        .group_by("o.pipeline_id", "e.stage_id")
        .order_by("1", "2")
    )
    pipelines: dict[str, list[tuple[str, int, int]]] = {}
    for pipeline, stage, of, won in asking.run(tree):
        pipelines.setdefault(str(pipeline), []).append((str(stage), int(won), int(of)))
    found: dict[str, float] = {}
    for stages in pipelines.values():
        drawn = shrink([won for _, won, _ in stages], [of for _, _, of in stages])
        for (stage, _, _), rate in zip(stages, drawn.rates, strict=True):
            chance = rate.raw if rate.value is None else rate.value
            if chance is not None:
                found[stage] = chance
    return found


def _columns(tree: exp.Expr) -> set[str]:
    return {column.name for column in tree.find_all(exp.Column)}
