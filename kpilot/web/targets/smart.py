"""The SMART assistant: five verdicts on an aim, held against the KPI's own history.

The arithmetic is `kpilot.analysis.smart`; here its inputs are asked for, with the reader's rights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import exp

from kpilot.analysis import smart
from kpilot.analysis.smart import History, Noise, Reading, Verdict
from kpilot.ask import catalog, facts
from kpilot.ask.fiscal import fiscal
from kpilot.ask.measurable import missing
from kpilot.core.calendar import Grain, Period, add_months
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.core.rights import Reader
from kpilot.project import Project
from kpilot.web.kpis.judge import is_flow
from kpilot.web.targets.capacity import needs_of
from kpilot.web.targets.past import FINER, MONTHS, Asked, Past, grain_for, past_of, value_of
from kpilot.web.targets.reading import Said
from kpilot.web.targets.rights import Scope

LACKING = ("null_", "no_", "missing_")
RECENT = 4
FEWEST = 10  # sales, leads or calls in a period whose sum is compared with another's


@dataclass(frozen=True, kw_only=True)
class Held:
    """One reading of the aim, with whether such a change has happened before and can be seen."""

    reading: Reading
    achievable: Verdict
    noise: Noise | None


@dataclass(frozen=True, kw_only=True)
class Smart:
    """What the assistant says of an aim.

    start    what it is held against: the last complete period, or what was given
    target   the value to reach, None while the sentence has two readings and none is chosen
    held     the readings, each with its own verdict; one unless the aim is a percentage of a share
    expected rows a period brings, for shares
    """

    kpi: Kpi
    scope: Scope
    grain: Grain
    start: float | None
    target: float | None
    reading: str
    verdicts: Sequence[Verdict]
    held: Sequence[Held]
    past: Past
    expected: float | None
    currency: str

    @property
    def level(self) -> str:
        """The worst verdict."""
        order = ("fail", "unknown", "warn", "pass")
        return min((one.level for one in self.verdicts), key=order.index)


def verdicts(
    kpi: Kpi,
    scope: Scope,
    start: float | None,
    target: Said | Decimal | float | None,
    due: date | None,
    project: Project,
    reader: Reader,
    *,
    begins: date | None = None,
    reading: str = "",
    now: datetime | None = None,
) -> Smart:
    """The five verdicts on "bring `kpi` of `scope` to `target` by `due`" (exclusive).

    start    the value now; None takes that of the last complete period
    target   a value, or what somebody typed (see `reading.said`), which may be a change
    begins   the first day of the target's period; None is the period that holds the day before due
    reading  "relative" or "points": how a percentage of a share is meant
    """
    cut = facts.cutoff(project, None, now or facts.utc_now())
    asked = Asked(project=project, reader=reader, scope=scope, cut=cut)
    grain = grain_for(begins or cut.whole, due) if due and due > (begins or cut.whole) else "month"
    past = past_of(kpi, grain, asked)
    thin = None
    if start is None and past.last is not None and past.last.value is not None:
        start = float(past.last.value)
        thin = past.last.n if is_thin(kpi, past.last) else None
    found = _readings(target, start, kpi.unit == "ratio")
    chosen = next((one for one in found if one.name == reading), None)
    chosen = chosen or (found[0] if len(found) == 1 else None)
    end_of_past = past.last.period.end if past.last else cut.whole
    steps = _steps(end_of_past, due, grain)
    pasts = [past] + ([past_of(kpi, FINER[grain], asked)] if grain in FINER else [])
    expected = _expected(past)
    held = [
        Held(reading=one, achievable=_achievable(kpi, start, one.target, pasts, steps, thin),
             noise=_noise(kpi, start, one.target, expected))
        for one in found
    ]  # fmt: skip
    aim = chosen.target if chosen else None
    own = fiscal(project, cut.version)
    cycle = asked.value("sales_cycle_days", year_up_to(cut.whole))
    final = next((one.achievable for one in held if one.reading is chosen), None)
    unsaid = "not_chosen" if found else "no_start"
    final = final or Verdict(letter="A", level="unknown", code=unsaid)
    said = (
        smart.specific(
            kpi=kpi.name, scope=scope[0], direction=direction_of(kpi, start, aim), start=start,
            target=aim, percent=float(target.value) if isinstance(target, Said) else None,
            is_ratio=len(found) > 1,
        ),
        smart.measurable(_share(kpi, past, project, asked)),
        final,
        smart.realistic(needs_of(kpi, aim, grain, begins, due, asked)),
        smart.timed(
            due, cut.whole, is_lagging=bool(kpi.advice and kpi.advice.lead_lag == "lagging"),
            cycle_days=None if cycle is None else float(cycle.value or 0),
            grain="fiscal_month" if own.months else "month", fiscal=own,
        ),
    )  # fmt: skip
    return Smart(kpi=kpi, scope=scope, grain=grain, start=start, target=aim,
                 reading=chosen.name if chosen else "", verdicts=said, held=held, past=past,
                 expected=expected, currency=project.settings.currency)  # fmt: skip


def year_up_to(day: date) -> Period:
    """The twelve months up to `day`."""
    return Period(start=add_months(day, -12), end=day)


def direction_of(kpi: Kpi, start: float | None, target: float | None) -> str:
    """"up" or "down": the KPI's own, and for a band the way from start to target."""
    if kpi.direction in ("up", "down"):
        return kpi.direction
    return "down" if start is not None and target is not None and target < start else "up"


def _readings(
    target: Said | Decimal | float | None, start: float | None, is_ratio: bool
) -> Sequence[Reading]:
    if target is None:
        return ()
    if not isinstance(target, Said):
        target = Said(kind="absolute", value=Decimal(str(target)))
    value = float(target.value)
    if target.kind == "absolute":
        return (Reading(name="absolute", target=value, change=value - (start or 0.0)),)
    if target.kind == "percent":
        return smart.readings(start, value, is_ratio)
    return () if start is None else (
        Reading(name="points", target=start + value, change=value),
    )  # fmt: skip


def _steps(end: date, due: date | None, grain: Grain) -> int:
    """How many periods of `grain` lie from the last one known to the target's."""
    months = MONTHS[grain]
    if due is None or due <= end:
        return 1
    between = (due.year - end.year) * 12 + due.month - end.month + (due.day > end.day)
    return max(1, -(-between // months))


def _achievable(
    kpi: Kpi, start: float | None, target: float, pasts: Sequence[Past], steps: int,
    thin: int | None,
) -> Verdict:  # fmt: skip
    """Periods of too few rows move by chance alone: they say nothing of what can be reached."""
    if thin is not None:
        return Verdict(letter="A", level="unknown", code="few_rows", numbers={"rows": float(thin)})
    months = MONTHS[pasts[0].grain]
    histories = [
        History(values=[None if is_thin(kpi, row) else value_of(row) for row in past.rows],
                horizon=steps * months // MONTHS[past.grain], grain=past.grain)
        for past in pasts
    ]  # fmt: skip
    return smart.achievable(
        start, target, histories, scale="points" if kpi.unit == "ratio" else "log",
        direction="down" if direction_of(kpi, start, target) == "down" else "up",
    )  # fmt: skip


def is_thin(kpi: Kpi, row: Row) -> bool:
    """Whether a period has too few rows to tell a change from chance."""
    return "low_n" in row.flags or (is_flow(kpi) and row.n < FEWEST)


def needed(verdict: Verdict, kpi: Kpi) -> float | None:
    """The change an aim needs: in points for shares, as a share of the start for the others."""
    value = verdict.numbers.get("needed")
    if not isinstance(value, float):
        return None
    return value if kpi.unit == "ratio" else exp(value) - 1


def _expected(past: Past) -> float | None:
    """The rows one period brings, from the last ones."""
    known = [float(row.den) for row in past.rows[-RECENT:] if row.den is not None]
    return sum(known) / len(known) if known else None


def _noise(kpi: Kpi, start: float | None, target: float, expected: float | None) -> Noise | None:
    if start is None:
        return None
    if kpi.unit == "count" and is_flow(kpi):
        return smart.noise_of_count(start, target - start)
    if kpi.unit == "ratio" and kpi.measure.kind == "ratio" and not kpi.money and expected:
        return smart.noise_of_share(start, target - start, expected)
    return None


def _share(kpi: Kpi, past: Past, project: Project, asked: Asked) -> float | None:
    """The share of rows that could be counted; rows left out by definition are no lack."""
    if missing(kpi, catalog(project), project, asked.cut.version) is not None:
        return 0.0
    last = past.last
    if last is None:
        return None
    lacking = sum(n for why, n in last.excluded.items() if why.startswith(LACKING))
    counted = float(last.den if last.den is not None and kpi.unit == "ratio" else last.n)
    return counted / (counted + lacking) if counted + lacking else None

