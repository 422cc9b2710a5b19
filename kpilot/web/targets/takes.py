"""What a target would take: one's own funnel of the last year, solved for each lever in turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpilot.analysis.what_it_takes import Funnel, Option, Reached, Step, options, reached, result
from kpilot.ask import catalog
from kpilot.core.calendar import Grain, Period, add_months
from kpilot.core.kpi import Kpi
from kpilot.web.targets.past import Asked, past_of, value_of

WINS, MONEY = "sales_count", "sales_value"
DAYS_OF_MONTH = 30.4375
MONTHS_BACK = 24


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One option with how often it was reached before, month by month."""

    option: Option
    past: Reached


@dataclass(frozen=True, kw_only=True)
class Takes:
    """The way to a target.

    done      what has been reached of it already; left  what is still to come from the funnel
    expected  what the funnel brings in the days left; weeks  those days in weeks
    reason    "" · "reached" · "over" no day left · "no_funnel" its rates cannot be measured
    """

    target: float
    done: float
    left: float
    expected: float
    weeks: float
    funnel: Funnel | None
    levers: Sequence[Lever]
    cycle: float | None
    reason: str = ""


def takes(kpi: Kpi, target: float, period: Period, asked: Asked) -> Takes:
    """What reaching `target` (sales value or wins) in `period` takes from these people."""
    today = asked.cut.whole
    begins = max(period.start, today)
    done = 0.0
    if period.start < today:
        done = _value(asked, kpi.name, Period(start=period.start, end=min(period.end, today))) or 0
    days, left = (period.end - begins).days, target - done
    cycle = _value(asked, "sales_cycle_days", _year(today))
    funnel = None if days <= 0 else funnel_of(kpi, days, asked)
    reason = "reached" if left <= 0 else "over" if days <= 0 else "" if funnel else "no_funnel"
    made = Takes(
        target=target, done=done, left=max(left, 0.0), weeks=days / 7, funnel=funnel, levers=(),
        expected=result(funnel) if funnel else 0.0, cycle=cycle, reason=reason,
    )  # fmt: skip
    if funnel is None or reason:
        return made
    levers = [Lever(option=one, past=_past(one, days, asked)) for one in options(funnel, left)]
    return Takes(**{**vars(made), "levers": levers})


def funnel_of(kpi: Kpi, days: int, asked: Asked) -> Funnel | None:
    """The funnel of the last twelve months, at its pace over `days`; None where it is not known."""
    year = _year(asked.cut.whole)
    share = days / year.days
    entries = _value(asked, "new_opportunities", year)
    steps = steps_of(asked, year)
    if not entries or not steps:
        return None
    value, sales = None, 0.0
    if kpi.name == MONEY:
        row = asked.value("avg_deal_size", year)
        if row is None or row.value is None:
            return None
        value, sales = float(row.value), float(row.n)
    leads, rate = _value(asked, "new_leads", year), asked.value("lead_to_opp", year)
    source = None
    if leads and rate is not None and rate.value is not None:
        source = Step(name="lead_to_opp", rate=float(rate.value), trials=float(rate.den or 0))
    return Funnel(
        entries=entries * share, steps=steps, value=value, sales=sales, source=source,
        leads=leads * share if leads and source else None,
    )  # fmt: skip


def steps_of(asked: Asked, year: Period) -> Sequence[Step]:
    """The stages of the pipeline with the share that leaves each for the next; where stages are not
    followed, or not all of them are known, the win rate alone."""
    order = asked.project.engine.query(
        "SELECT id, name, pipeline_id FROM stage WHERE kind = 'open' ORDER BY pipeline_id, pos"
    )
    found = {row.dim_ids.get("stage", ""): row
             for row in asked.rows("stage_conversion_resolved", year, by=("stage",))}  # fmt: skip
    lines: dict[str, list[Step]] = {}
    for stage, name, pipeline in order:
        row = found.get(str(stage))
        if row is not None and row.value is not None:
            lines.setdefault(str(pipeline), []).append(
                Step(name=str(name), rate=float(row.value), trials=float(row.den or 0))
            )
    whole = _rate(asked, "win_rate", year)
    used = [steps for steps in lines.values() if all(step.rate > 0 for step in steps)]
    if len(used) == 1 and len(lines) == 1 and whole is not None:
        return used[0]
    return (whole,) if whole is not None and whole.rate > 0 else ()


def _rate(asked: Asked, name: str, year: Period) -> Step | None:
    row = asked.value(name, year)
    if row is None or row.value is None:
        return None
    return Step(name=name, rate=float(row.value), trials=float(row.den or 0))


def _past(option: Option, days: int, asked: Asked) -> Reached:
    """How often the lever was there in the last complete months; amounts at the same pace."""
    if option.after is None:
        return Reached(times=0, periods=0, best=None)
    pace = DAYS_OF_MONTH / days
    match option.kind:
        case "leads":
            return reached(option.after * pace, _months("new_leads", asked))
        case "entries":
            return reached(option.after * pace, _months("new_opportunities", asked))
        case "value":
            return reached(option.after, _months("avg_deal_size", asked))
        case "lead_rate":
            return reached(option.after, _months("lead_to_opp", asked))
    if option.name == "win_rate":
        return reached(option.after, _months("win_rate", asked))
    return reached(option.after, _months_of_stage(option.name, asked))


def _months(name: str, asked: Asked, grain: Grain = "month") -> list[float | None]:
    known = catalog(asked.project).get(name)
    return past_of(known, grain, asked).values[-MONTHS_BACK:] if known else []


def _months_of_stage(stage: str, asked: Asked) -> list[float | None]:
    end = asked.cut.whole.replace(day=1)
    span = Period(start=add_months(end, -MONTHS_BACK), end=end)
    rows = asked.rows("stage_conversion_resolved", span, by=("stage",), grain="month")
    return [value_of(row) for row in rows if row.dims.get("stage") == stage]


def _value(asked: Asked, name: str, period: Period) -> float | None:
    row = asked.value(name, period)
    return None if row is None or row.value is None else float(row.value)


def _year(today: date) -> Period:
    return Period(start=add_months(today, -12), end=today)
