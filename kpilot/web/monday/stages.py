"""Which stage of a pipeline lets fewer deals through than it used to (specification §4.1).

The window is the smallest of 7, 14, 30, 60 and 90 days in which three quarters of the deals that
ever advance had advanced; the month is the latest of which every deal has had that long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kpilot.analysis.bottleneck import WINDOWS, Bottleneck, Share, Stage, bottleneck
from kpilot.ask import ask, catalog
from kpilot.core.calendar import Period, ranged
from kpilot.core.errors import UserError
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis.funnel import STAGES
from kpilot.web.kpis.state import State
from kpilot.web.monday import times

WITHIN = tuple(f"stage_conversion_in_{days}" for days in WINDOWS)
TO_DATE, RESOLVED = "stage_conversion_to_date", "stage_conversion_resolved"
QUICK = 0.75
PAST = 12
LATEST = 4
YEAR = 365

Shares = dict[str, dict[str, dict[Period, Share]]]


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """The stages of one pipeline in order, tested against their own past.

    month     the month of entrants that was tested; past  the months before it
    early     stage → share of the latest entrants that left it by going on, not tested
    advance   stage id → the name of the one after; the last one's is "" (won)
    """

    pipeline: str
    window: int
    month: Period
    past: Period
    latest: Period
    verdict: Bottleneck
    shares: Mapping[str, Share]
    names: Mapping[str, str]
    after: Mapping[str, str]
    early: Mapping[str, Share]
    sale: float | None
    days: Mapping[str, float]

    @property
    def is_tested(self) -> bool:
        return any(found.status != "insufficient" for found in self.verdict.findings)


def funnels(state: State, project: Project) -> tuple[Funnel, ...]:
    """Every pipeline with a stage that can be spoken of, the most that is at stake first."""
    known = catalog(project)
    last = times.last_whole(state, "month")
    span = times.months_up_to(last, PAST + LATEST + 1)
    names = tuple(name for name in (*WITHIN, TO_DATE, RESOLVED) if name in known)
    query = state.query.but(kpis=names, by=(), grain="month", period=span, compare=None)
    try:
        rows = ask(query, project).rows
    except UserError:
        return ()
    shares = _shares(rows)
    found = []
    for pipeline, ladder in _ladders(shares, project).items():
        window = _window(shares, [stage for stage, _ in ladder], state)
        if window is None:
            continue
        made = _funnel(pipeline, ladder, shares, window, state, project)
        if made is not None:
            found.append(made)
    return tuple(sorted(found, key=_at_stake))


def _at_stake(funnel: Funnel) -> tuple[bool, float]:
    lost = [f.lost_value or 0 for f in funnel.verdict.findings if f.name == funnel.verdict.stage]
    return not funnel.verdict.stage, -max(lost, default=0)


def _shares(rows: Sequence[Row]) -> Shares:
    found: Shares = {}
    for row in rows:
        if "stage" in row.dim_ids and row.den:
            share = Share(hits=float(row.num or 0), n=float(row.den))
            of_kpi = found.setdefault(row.kpi, {})
            of_kpi.setdefault(row.dim_ids["stage"], {})[row.period] = share
    return found


def _ladders(shares: Shares, project: Project) -> dict[str, list[tuple[str, str]]]:
    """Pipeline → its open stages in order that anybody reached, as (id, name)."""
    reached = shares.get(TO_DATE, {})
    found: dict[str, list[tuple[str, str]]] = {}
    for identity, name, _pos, pipeline in project.engine.query(STAGES):
        if str(identity) in reached:
            found.setdefault(str(pipeline), []).append((str(identity), str(name)))
    return found


def _window(shares: Shares, stages: Sequence[str], state: State) -> int | None:
    """The days that are enough for three quarters of those who advance, among old entrants."""
    old = times.looked_at(state) - timedelta(WINDOWS[-1])

    def hits(kpi: str) -> float:
        return sum(
            share.hits
            for stage in stages
            for month, share in shares.get(kpi, {}).get(stage, {}).items()
            if month.end <= old
        )

    whole = hits(TO_DATE)
    if not whole:
        return None
    enough = (d for d, kpi in zip(WINDOWS, WITHIN, strict=True) if hits(kpi) >= QUICK * whole)
    return next(enough, WINDOWS[-1])


def _funnel(
    pipeline: str,
    ladder: Sequence[tuple[str, str]],
    shares: Shares,
    window: int,
    state: State,
    project: Project,
) -> Funnel | None:
    latest = times.last_whole(state, "month")
    month = latest
    while month.end + timedelta(window) > state.today.whole:
        month = times.before(month, state.today.fiscal)
    past = times.months_up_to(times.before(month, state.today.fiscal), PAST)
    sale, days = _worth(state, project, month), _days(state, project, month)
    of_kpi = shares.get(f"stage_conversion_in_{window}", {})
    stages = [_stage(stage, of_kpi.get(stage, {}), month, past, days) for stage, _ in ladder]
    if not any(stage.past.n for stage in stages):
        return None
    early = {
        stage: share
        for stage, by_month in shares.get(RESOLVED, {}).items()
        if (share := by_month.get(latest)) is not None and latest != month
    }
    following = [name for _, name in ladder[1:]]
    return Funnel(
        pipeline=pipeline, window=window, month=month, past=past, latest=latest,
        verdict=bottleneck(stages, win_value=sale, stage_count=len(ladder)),
        shares={stage.name: stage.current for stage in stages},
        names=dict(ladder),
        after=dict(zip([stage for stage, _ in ladder], [*following, ""], strict=True)),
        early=early, sale=sale, days=days,
    )  # fmt: skip


def _stage(
    name: str, months: Mapping[Period, Share], month: Period, past: Period,
    days: Mapping[str, float],
) -> Stage:  # fmt: skip
    before = [share for one, share in months.items() if past.start <= one.start < past.end]
    return Stage(
        name=name,
        current=months.get(month, Share(hits=0, n=0)),
        past=Share(hits=sum(s.hits for s in before), n=sum(s.n for s in before)),
        periods=tuple(before),
        median_days=days.get(name),
    )


def _worth(state: State, project: Project, month: Period) -> float | None:
    """What a won deal is worth on average over the months looked at."""
    span = ranged(times.months_up_to(month, PAST + 1).start, month.end)
    query = state.query.but(kpis=("avg_deal_size",), by=(), grain=None, period=span, compare=None)
    try:
        rows = ask(query, project).rows
    except UserError:
        return None
    value = rows[0].value if rows else None
    return None if value is None else float(value)


def _days(state: State, project: Project, month: Period) -> dict[str, float]:
    """Stage → how long half of the deals stay in it."""
    span = ranged(times.months_up_to(month, PAST + 1).start, month.end)
    query = state.query.but(kpis=("stage_duration",), by=(), grain=None, period=span, compare=None)
    try:
        rows = ask(query, project).rows
    except UserError:
        return {}
    return {
        row.dim_ids["stage"]: float(row.value)
        for row in rows
        if row.value is not None and "stage" in row.dim_ids
    }
