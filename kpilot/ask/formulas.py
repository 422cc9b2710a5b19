"""KPIs made of other figures: growth over an earlier period, attainment of a target."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from sqlglot import exp

from kpilot.ask.covering import without_rows
from kpilot.ask.facts import coverage
from kpilot.ask.figures import NOTHING, Figure, figure
from kpilot.ask.fiscal import fiscal
from kpilot.ask.names import TeamTree
from kpilot.ask.scans import Asking, Key
from kpilot.ask.targets import (
    Target,
    all_targets,
    check_people,
    filling,
    parts_apart,
    scoped,
)
from kpilot.ask.windows import is_outside
from kpilot.core.arithmetic import ZeroDivision, worked_out
from kpilot.core.calendar import Period, add_months, earlier, like_for_like, ranged
from kpilot.core.expression import filled
from kpilot.core.kpi import Kpi

Evaluate = Callable[[Asking, Kpi, Sequence[Period]], dict[tuple[Period, Key], Figure]]


def growth(
    asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Evaluate
) -> dict[tuple[Period, Key], Figure]:
    """current ÷ earlier − 1, like for like (rule G4); None from nothing or without full data.

    That data do not reach so far is said before what else is missing: nothing can mend it.
    """
    of = asking.catalog[kpi.measure.of]
    own = fiscal(asking.project, asking.cut.version)
    pairs = {
        span: like_for_like(span, kpi.measure.versus, asking.cut.whole, own) for span in windows
    }
    made = ask(asking, of, [window for pair in pairs.values() for window in pair])
    found: dict[tuple[Period, Key], Figure] = {}
    for span, (this, base) in pairs.items():
        for key in {key for _, key in made}:
            now, before = made.get((this, key), Figure()), made.get((base, key), Figure())
            reasons = [f.reason for f in (now, before) if f.reason]
            if "outside_coverage" in reasons or this.start >= this.end:
                reason = "outside_coverage"
            elif any("left_truncated" in f.flags for f in (now, before)):
                reason = "left_truncated"
            else:
                reason = reasons[0] if reasons else ""
            found[span, key] = _grown(now, before, reason)
    return found


def _grown(now: Figure, before: Figure, reason: str) -> Figure:
    if not reason and (before.value is None or before.value <= 0):
        reason = "zero_denominator"
    value = None
    if not reason and now.value is not None and before.value is not None:
        value = float(Decimal(now.value) / Decimal(before.value) - 1)
    flags = tuple(flag for flag in now.flags if flag not in ("low_n", "left_truncated"))
    return Figure(value=value, num=now.value, den=before.value, n=now.n, reason=reason,
                  excluded={**now.excluded}, flags=flags)  # fmt: skip


def formula(
    asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Evaluate
) -> dict[tuple[Period, Key], Figure]:
    """`value` over the figures of other KPIs, asked for the same people and cut-off.

    An operand that is missing makes it missing with the operand's reason; a division by nothing
    gives none, and the two sides of the outer division are its num and den.
    """
    measure = kpi.measure
    if measure.value is None:
        raise ValueError(f"{kpi.name}: a formula needs a value")
    tree = filled(measure.value, asking.values)
    made: dict[str, dict[Period, dict[Key, Figure]]] = {
        name: {span: {} for span in windows} for name in measure.operands
    }
    shifted = {
        name: {span: shifted_period(asking, span, measure.over.get(name, "")) for span in windows}
        for name in measure.operands
    }
    keys: set[Key] = set()
    for name, places in shifted.items():
        figures = ask(asking, asking.catalog[name], list(places.values()))
        for (window, key), one in figures.items():
            keys.add(key)
            for span in (span for span in windows if places[span] == window):
                made[name][span][key] = one
    if any(keys) and () in keys:
        keys.discard(())  # an operand that cannot be measured has no groups of its own
    for name, places in shifted.items():
        for span in windows:
            made[name][span] = _of_groups(
                asking, asking.catalog[name], places[span], made[name][span], keys or {()}
            )
            if name in measure.to_date and span.end > asking.cut.whole:
                made[name][span] = _so_far(asking.catalog[name], made[name][span])
    return {
        (span, key): _worked(asking, kpi, tree, {name: made[name][span][key] for name in made})
        if span.start < span.end
        else Figure()
        for span in windows
        for key in keys or {()}
    }


def _so_far(kpi: Kpi, figures: Mapping[Key, Figure]) -> dict[Key, Figure]:
    """What is there to date of a period still to come or running: nothing is no gap in the data."""
    return {
        key: figure(kpi, NOTHING) if one.reason == "outside_coverage" else one
        for key, one in figures.items()
    }


def _of_groups(
    asking: Asking, kpi: Kpi, window: Period, figures: Mapping[Key, Figure], keys: Collection[Key]
) -> dict[Key, Figure]:
    """The operand's figure in each group; one without rows there is what no rows give."""
    found = {key: figures[key] for key in keys if key in figures}
    if len(found) < len(keys):
        whole = figures.get((), Figure())
        other = whole if whole.reason else without_rows(asking, kpi, window)
        found = {key: found.get(key, other) for key in keys}
    return found


def _worked(asking: Asking, kpi: Kpi, tree: exp.Expr, operands: Mapping[str, Figure]) -> Figure:
    measure = kpi.measure
    values, used = {}, dict(operands)
    for name, one in operands.items():
        values[name] = None if one.value is None else Decimal(str(one.value))
        stand_in = measure.otherwise.get(name)
        given = None if stand_in is None else worked_out(filled(stand_in, asking.values), {})
        if given:
            values[name] = given
            used.pop(name)
    reason = next((one.reason for name, one in used.items() if one.value is None), "")
    value = num = den = None
    try:
        value = worked_out(tree, values)
        if isinstance(tree, exp.Div):
            num, den = worked_out(tree.left, values), worked_out(tree.right, values)
    except ZeroDivision:
        reason = measure.if_spent or reason or "zero_denominator"
    if value is None:
        reason = reason or "no_rows"
    elif den is not None and den <= 0 and measure.if_spent:
        value, reason = None, measure.if_spent
    elif measure.positive and value <= 0:
        value, reason = None, "not_positive"
    else:
        reason = ""
    flags = dict.fromkeys(f for one in used.values() for f in one.flags if f != "low_n")
    excluded: dict[str, int] = {}
    for one in used.values():
        excluded |= one.excluded
    if value is not None and value > 1 and kpi.unit == "ratio" and not kpi.money:
        flags["gt_one"] = None
    shown = value if value is None or kpi.unit == "currency" else float(value)
    return Figure(
        value=shown,
        num=_shown(num),
        den=_shown(den),
        n=max((one.n for one in used.values()), default=0),
        reason=reason,
        flags=tuple(flags),
        excluded=excluded,
    )


def _shown(value: Decimal | None) -> Decimal | int | None:
    if value is not None and value == value.to_integral_value():
        return int(value)
    return value


def shifted_period(asking: Asking, span: Period, over: str) -> Period:
    """The period an operand is asked for: `trailing:<days>`, `trailing:year` (12 months),
    `before:<days>`, `previous`, `year_ago`; "" is the period itself. Days are a number or the
    name of a setting."""
    if not over or span.start >= span.end:
        return span
    rule, _, days_of = over.partition(":")
    own = fiscal(asking.project, asking.cut.version)
    if rule in ("previous", "year_ago"):
        return earlier(span, "year" if rule == "year_ago" else "previous", own)
    end = min(span.end, asking.cut.whole)
    if over == "trailing:year":
        return ranged(add_months(end, -12), end)
    given = asking.project.settings.placeholders()
    days = timedelta(int(given.get(days_of, days_of)))
    if rule == "before":
        return ranged(span.start - days, span.end - days) if days else span
    if rule != "trailing":
        raise ValueError(f"{over} is no period of a formula")
    return ranged(end - days, end)


def targets(
    asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Evaluate
) -> dict[tuple[Period, Key], Figure]:
    """The sum of the targets for the KPI `of`, whatever came of them."""
    found = {}
    for place, chosen in _aims(asking, kpi, windows, TeamTree(asking.project)).items():
        known = [target.value for target in chosen if target.value is not None]
        total = sum(known, Decimal(0))
        if not chosen:
            found[place] = Figure(reason="no_target")
        elif len(known) < len(chosen):
            found[place] = Figure(reason="missing_rate", partial_value=total, n=len(chosen))
        else:
            found[place] = Figure(value=total, num=total, n=len(chosen))
    return found


def attainment(
    asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Evaluate
) -> dict[tuple[Period, Key], Figure]:
    """Σ actual ÷ Σ target on identical scope and period.

    Targets of the scope asked count; without any, those one level below (teams, then agents) do,
    against the actuals of the same people only. Where people's targets come to another sum than
    their team's own, which counts, a flag says so.
    """
    of, spans = asking.catalog[kpi.measure.of], tuple(windows)
    actuals = Actuals(asking=asking, of=of, spans=spans, tree=TeamTree(asking.project))
    found, on_record = dict[tuple[Period, Key], Figure](), all_targets(asking, of.name)
    for (span, key), chosen in _aims(asking, kpi, spans, actuals.tree).items():
        one = actuals.attained(span, chosen) if chosen else Figure(reason="no_target")
        if any(target.scope_type == "team" for target in chosen) and parts_apart(
            asking, actuals.tree, chosen, filling(on_record, span)
        ):
            one = replace(one, flags=(*one.flags, "targets_apart"))
        found[span, key] = one
    return found


def _aims(
    asking: Asking, kpi: Kpi, windows: Sequence[Period], tree: TeamTree
) -> dict[tuple[Period, Key], list[Target]]:
    """The targets that add up to the one of each period and group; none of all is told too."""
    dims = asking.dims(kpi)
    check_people(dims)
    on_record = all_targets(asking, asking.catalog[kpi.measure.of].name)
    found: dict[tuple[Period, Key], list[Target]] = {}
    for span in windows:
        if not dims:
            found[span, ()] = []
        for key, chosen in scoped(asking, tree, dims, filling(on_record, span)).items():
            found[span, key] = chosen
    return found


@dataclass(frozen=True, kw_only=True)
class Actuals:
    """What people and teams achieved in the periods asked; scopes of one type share a scan."""

    asking: Asking
    of: Kpi
    spans: tuple[Period, ...]
    tree: TeamTree

    def attained(self, span: Period, targets: list[Target]) -> Figure:
        """The actuals of the targets' scopes over the targets."""
        aimed = sum((target.value or Decimal(0) for target in targets), Decimal(0))
        parts = [
            self._of_scope(span, scope_type, scope_id)
            for scope_type, scope_id in sorted({(t.scope_type, t.scope_id) for t in targets})
        ]
        reason = next((part.reason for part in parts if part.reason), "")
        if any(target.value is None for target in targets):
            reason = "missing_rate"
        if not reason and aimed <= 0:
            reason = "zero_denominator"
        if span in self.unknown:
            reason = "outside_coverage"
        actual = sum((Decimal(part.value or 0) for part in parts), Decimal(0))
        value = None if reason else float(actual / aimed)
        n = sum(part.n for part in parts)
        return Figure(value=value, num=actual, den=aimed, n=n, reason=reason)

    @cached_property
    def unknown(self) -> frozenset[Period]:
        """The periods that the data say nothing of; in a running one nothing may be there yet."""
        of, cut = self.of, self.asking.cut
        if not of.date or of.is_level or (of.is_windowed and not of.coverage):
            return frozenset()
        known = coverage(self.asking.project, of, cut)
        over = (span for span in self.spans if span.end <= cut.whole or cut.day <= span.start)
        return frozenset(span for span in over if is_outside(span, known))

    def _of_scope(self, span: Period, scope_type: str, scope_id: str) -> Figure:
        dims = {"agent": ("agent",), "team": ("team",)}.get(scope_type, ())
        parts = self.asking.shared(self.of, self.spans, dims)
        keys: list[Key] = [(scope_id,)] if dims else [()]
        if scope_type == "team":
            keys = [(team,) for team in self.tree.below(scope_id)]
        made = [figure(self.of, parts.get((span, key), NOTHING)) for key in keys]
        return Figure(
            value=sum((Decimal(part.value or 0) for part in made), Decimal(0)),
            n=sum(part.n for part in made),
            reason=next((part.reason for part in made if part.reason), ""),
        )
