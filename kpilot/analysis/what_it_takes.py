"""The funnel solved backwards: what each lever alone would have to be for a target to be reached.

A funnel is entries × a rate for each step × the average sale. Because it is a product, a lever
that alone has to carry the whole way is multiplied by target ÷ result; a rate cannot pass 1.
Opportunities come from leads and from elsewhere: more leads bring more of them at their own rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, isfinite, prod, sqrt
from typing import Literal

from kpilot.analysis.intervals import Interval, Z

ENOUGH_TRIALS = 30
ENOUGH_SALES = 10
Kind = Literal["leads", "lead_rate", "entries", "rate", "value"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the funnel: the share that passes, of `trials` that were seen."""

    name: str
    rate: float
    trials: float


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """What comes in over the time of the target, the steps, and the average sale.

    entries  opportunities expected in that time, from leads and from elsewhere
    leads    leads expected in that time, and `source` the share of them that become opportunities
    value    the average sale, None when wins are counted; sales  how many it is the average of
    """

    entries: float
    steps: Sequence[Step]
    leads: float | None = None
    source: Step | None = None
    value: float | None = None
    sales: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Option:
    """One lever that alone is enough: from `before` to `after`.

    interval  where `after` would have to lie, as far as the other rates are uncertain (95 %)
    reason    "" · "too_few" too few rows to say · "above_one" it alone is not enough
    """

    kind: Kind
    name: str
    before: float
    after: float | None
    interval: Interval | None = None
    reason: str = ""

    @property
    def change(self) -> float | None:
        return None if self.after is None else self.after - self.before


def result(funnel: Funnel) -> float:
    """What the funnel brings: wins, or their value."""
    wins = funnel.entries * prod(step.rate for step in funnel.steps)
    return wins if funnel.value is None else wins * funnel.value


def options(funnel: Funnel, target: float) -> Sequence[Option]:
    """Every lever, each solved alone; none when the funnel is empty or the target is no number.

    A target below what the funnel brings anyway asks for less of each.
    """
    now = result(funnel)
    if not isfinite(target) or target <= 0 or now <= 0:
        return ()
    factor = target / now
    found = _from_leads(funnel, factor)
    found.append(_solved(funnel, "entries", "entries", funnel.entries, factor))
    found += [_solved(funnel, "rate", step.name, step.rate, factor) for step in funnel.steps]
    if funnel.value is not None:
        found.append(_solved(funnel, "value", "value", funnel.value, factor))
    return found


def with_option(funnel: Funnel, option: Option) -> Funnel:
    """The funnel with the lever put where the option has it."""
    after = option.before if option.after is None else option.after
    match option.kind:
        case "leads" if funnel.source:
            more = (after - option.before) * funnel.source.rate
            return replace(funnel, leads=after, entries=funnel.entries + more)
        case "lead_rate" if funnel.source:
            more = (after - option.before) * (funnel.leads or 0.0)
            source = replace(funnel.source, rate=after)
            return replace(funnel, source=source, entries=funnel.entries + more)
        case "entries":
            return replace(funnel, entries=after)
        case "value":
            return replace(funnel, value=after)
    steps = [replace(step, rate=after) if step.name == option.name else step
             for step in funnel.steps]  # fmt: skip
    return replace(funnel, steps=steps)


def _from_leads(funnel: Funnel, factor: float) -> list[Option]:
    """More leads at their own rate, or a better rate of the leads there are."""
    source, leads = funnel.source, funnel.leads
    if source is None or not leads or source.rate <= 0:
        return []
    if _is_thin(funnel) or source.trials < ENOUGH_TRIALS:
        return [Option(kind="leads", name="leads", before=leads, after=None, reason="too_few"),
                Option(kind="lead_rate", name=source.name, before=source.rate, after=None,
                       reason="too_few")]  # fmt: skip
    more, wide = funnel.entries * (factor - 1), Z * _error(funnel, "")
    ends = [funnel.entries * (factor * exp(way * wide) - 1) for way in (-1, 1)]
    after, rate = leads + more / source.rate, source.rate + more / leads
    found = [
        Option(kind="leads", name="leads", before=leads, after=max(after, 0.0),
               interval=(max(leads + ends[0] / source.rate, 0.0), leads + ends[1] / source.rate))
    ]  # fmt: skip
    if not 0 <= rate <= 1:
        reason = "above_one" if rate > 1 else ""
        return [*found, Option(kind="lead_rate", name=source.name, before=source.rate,
                               after=None if reason else 0.0, reason=reason)]  # fmt: skip
    wide_rate = (max(source.rate + ends[0] / leads, 0.0), min(source.rate + ends[1] / leads, 1.0))
    return [*found, Option(kind="lead_rate", name=source.name, before=source.rate, after=rate,
                           interval=wide_rate)]  # fmt: skip


def _solved(funnel: Funnel, kind: Kind, name: str, before: float, factor: float) -> Option:
    if _is_thin(funnel):
        return Option(kind=kind, name=name, before=before, after=None, reason="too_few")
    after = before * factor
    if kind == "rate" and after > 1:
        return Option(kind=kind, name=name, before=before, after=None, reason="above_one")
    wide = Z * _error(funnel, name if kind == "rate" else "")
    low, high = after * exp(-wide), after * exp(wide)
    ends = (low, min(high, 1.0) if kind == "rate" else high)
    return Option(kind=kind, name=name, before=before, after=after, interval=ends)


def _is_thin(funnel: Funnel) -> bool:
    """Whether any side rests on too few rows: then none can be said, for each needs the others."""
    few = any(step.trials < ENOUGH_TRIALS for step in funnel.steps)
    return few or (funnel.value is not None and funnel.sales < ENOUGH_SALES)


def _error(funnel: Funnel, without: str) -> float:
    """The standard error of the logarithm of the product of the other rates (delta method)."""
    parts = [(1 - step.rate) / (step.rate * step.trials) for step in funnel.steps
             if step.name != without and step.rate > 0]  # fmt: skip
    return sqrt(sum(parts))


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How often a lever was as high before: in `times` of `periods`; `best` the highest."""

    times: int
    periods: int
    best: float | None

    @property
    def share(self) -> float | None:
        return self.times / self.periods if self.periods else None


def reached(after: float, history: Sequence[float | None]) -> Reached:
    """The realism of a lever against its own past periods; those without a value are left out."""
    known = [value for value in history if value is not None and isfinite(value)]
    times = sum(value >= after - 1e-9 * max(1.0, abs(after)) for value in known)
    return Reached(times=times, periods=len(known), best=max(known, default=None))
