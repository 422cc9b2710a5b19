"""How many of the targets that have come due were met, whatever their KPI (§2.10)."""

from collections.abc import Sequence

from kpilot.analysis.forecast_accuracy import Due, Met, targets_met
from kpilot.ask.figures import ENOUGH, Figure
from kpilot.ask.rows import Ask, Figures
from kpilot.ask.scans import Asking, Key
from kpilot.ask.scoped import Achieved, achieved
from kpilot.ask.targets import LEVELS, Target, check_people, every_target, seen
from kpilot.core.calendar import Period
from kpilot.core.kpi import Kpi


def figures(asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Ask) -> Figures:
    """Targets whose period lies in the window and has ended by the cut-off, met over all.

    Each counts, of the organisation, of teams and of people; a team has its own and its people's.
    """
    dims = asking.dims(kpi)
    check_people(dims)
    due = [t for t in seen(asking, every_target(asking)) if t.period.end <= asking.cut.whole]
    actual = achieved(asking, ask, due)
    found: Figures = {}
    for window in windows:
        groups: dict[Key, list[Target]] = {}
        for target in due:
            key = _key(asking, dims, target)
            inside = window.start <= target.period.start and target.period.end <= window.end
            if inside and key is not None:
                groups.setdefault(key, []).append(target)
        for key, targets in groups.items():
            found[window, key] = _figure(targets_met([_due(actual, t) for t in targets]))
        if not groups:
            found[window, ()] = Figure(reason="no_target")
    return found


def _key(asking: Asking, dims: Sequence[str], target: Target) -> Key | None:
    """Where a target counts; None for one of nobody there."""
    if not dims:
        return ()
    if dims[0] == "agent":
        return (target.scope_id,) if target.scope_type == "agent" else None
    team = {"team": target.scope_id, "agent": target.team_id}.get(target.scope_type)
    level = LEVELS.get(dims[0])
    if team is not None and level:
        team = asking.teams[level].get(team, team)
    return None if team is None else (team,)


def _due(actual: Achieved, target: Target) -> Due:
    made, kpi = actual.of(target).value, actual.kpi(target.kpi)
    own = "down" if kpi is not None and kpi.direction == "down" else "up"
    return Due(
        actual=None if made is None else float(made),
        target=None if target.value is None else float(target.value),
        direction="down" if (target.direction or own) == "down" else "up",
    )


def _figure(met: Met) -> Figure:
    low, high = met.interval or (None, None)
    return Figure(
        value=met.value,
        num=met.num,
        den=met.den,
        n=met.den,
        lo=low,
        hi=high,
        method="wilson" if met.interval else "",
        reason=met.reason,
        flags=("low_n",) if 0 < met.den < ENOUGH["ratio"] else (),
        excluded={"no_attainment": met.without_value} if met.without_value else {},
    )
