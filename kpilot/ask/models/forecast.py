"""How near forecasts came to what happened (§2.10)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from kpilot.analysis.forecast_accuracy import Accuracy, accuracy, standing
from kpilot.analysis.intervals import ratio_of_sums
from kpilot.ask.figures import Figure
from kpilot.ask.fiscal import fiscal
from kpilot.ask.names import names
from kpilot.ask.rows import Ask, Figures
from kpilot.ask.scans import Asking
from kpilot.ask.scoped import achieved
from kpilot.ask.targets import Target, check_people, scoped
from kpilot.core.calendar import Period, parse_period
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.kpi_names import named, plain
from kpilot.core.query import local_date

USUAL = "sales_value"
ALL = ("", "org", "organisation", "organization", "company")
Pairs = list[tuple[float, float]]


def figures(asking: Asking, kpi: Kpi, windows: Sequence[Period], ask: Ask) -> Figures:
    """Forecasts of one KPI over the periods that lie in the window and have ended.

    That KPI is `of`, else sales value, else the one most often forecast (flag `other_kpi`). Each
    period and scope is a pair: the last forecast made in time and the actual. Scopes are chosen as
    for the attainment of targets, and of periods that overlap the shorter ones count.
    """
    dims = asking.dims(kpi)
    check_people(dims)
    standing_ones = _standing(asking)
    chosen = _chosen(asking, kpi, standing_ones)
    own = [f for f in standing_ones if f.kpi == chosen and f.period.end <= asking.cut.whole]
    actual = achieved(asking, ask, own)
    flags = () if chosen in ("", USUAL, kpi.measure.of) else ("other_kpi",)
    found: Figures = {}
    for window in windows:
        inside = [f for f in own if window.start <= f.period.start and f.period.end <= window.end]
        groups = scoped(asking, actual.tree, dims, inside)
        for key, forecasts in groups.items():
            pairs = [(_float(actual.of(one).value), _float(one.value)) for one in _apart(forecasts)]
            found[window, key] = _figure(kpi, pairs, flags)
        if not groups:
            found[window, ()] = Figure(reason="no_forecast")
    return found


def _standing(asking: Asking) -> list[Target]:
    """The forecast in force at the start of each period, by KPI and scope."""
    lead = asking.project.settings.forecast_lead_days
    made: dict[tuple[str, str, str, date, date], list[tuple[date, float]]] = {}
    teams: dict[str, str] = {}
    periods: dict[tuple[date, date], Period] = {}
    calendar = fiscal(asking.project, asking.cut.version)
    scopes, known = _scopes(asking), named(asking.catalog)
    rows = asking.project.engine.query(
        "SELECT f.kpi_id, coalesce(f.scope, ''), f.period, f.made_at, f.made_on, f.value "
        "FROM forecast AS f WHERE (f.deleted_at IS NULL OR f.deleted_at >= ?) "
        "AND (f.deleted_on IS NULL OR f.deleted_on >= ?) "
        "AND coalesce(f.is_test, FALSE) = FALSE AND f.merged_into_id IS NULL "
        "AND (f.made_at < ? OR f.made_on < ?) ORDER BY f.made_at NULLS FIRST, f.id",
        [asking.cut.at, asking.cut.day] * 2,
    )
    for kpi_id, scope, period, made_at, made_on, value in rows:
        place = scopes.get(str(scope).strip().casefold())
        kpi = known.get(plain(str(kpi_id)))
        if place is None or not kpi:
            continue
        try:
            when = parse_period(str(period), calendar)
        except UserError:
            continue
        day = made_on if isinstance(made_on, date) else None
        if isinstance(made_at, datetime):
            day = local_date(made_at, asking.project.settings)
        if day is None:
            continue
        periods[when.start, when.end] = when
        teams[place[1]] = place[2]
        one = made.setdefault((kpi, *place[:2], when.start, when.end), [])
        one.append((day, float(str(value))))
    found = []
    for (kpi, scope_type, scope_id, start, end), forecasts in made.items():
        value = standing(forecasts, start, lead)
        if value is not None:
            found.append(
                Target(kpi=kpi, scope_type=scope_type, scope_id=scope_id, team_id=teams[scope_id],
                       period=periods[start, end], value=Decimal(str(value)))
            )  # fmt: skip
    return found


def _scopes(asking: Asking) -> dict[str, tuple[str, str, str]]:
    """What a forecast may call its scope → its type, id and team; people go before teams."""
    found = dict.fromkeys(ALL, ("org", "", "(none)"))
    rows = asking.project.engine.query("SELECT id, coalesce(team_id, '(none)') FROM agent")
    team_of = {str(agent): str(team) for agent, team in rows}
    for kind, own in (("team", {}), ("agent", team_of)):
        for one, name in names(asking.project, kind).items():
            place = (kind, one, own.get(one, "(none)"))
            for word in (one, name):
                found |= {word.casefold(): place, f"{kind}:{word}".casefold(): place}
    return found


def _chosen(asking: Asking, kpi: Kpi, forecasts: Sequence[Target]) -> str:
    counts = Counter(one.kpi for one in forecasts)
    for name in (kpi.measure.of, USUAL):
        if name and (counts[name] or name == kpi.measure.of):
            return name
    return min(counts, key=lambda name: (-counts[name], name), default="")


def _apart(forecasts: Sequence[Target]) -> list[Target]:
    """For each scope the shortest periods, none over another."""
    kept: list[Target] = []
    for one in sorted(forecasts, key=lambda f: (f.period.days, f.period.start, f.scope_id)):
        same = [
            k.period for k in kept if (k.scope_type, k.scope_id) == (one.scope_type, one.scope_id)
        ]
        if all(p.end <= one.period.start or one.period.end <= p.start for p in same):
            kept.append(one)
    return kept


def _figure(
    kpi: Kpi, pairs: Sequence[tuple[float | None, float | None]], flags: tuple[str, ...]
) -> Figure:
    found = accuracy(pairs)
    kind = kpi.name.removeprefix("forecast_")
    known = [(a, f) for a, f in pairs if a is not None and f is not None]
    sides = _sides(kind, known)
    value: float | None = getattr(found, kind)
    interval = ratio_of_sums(*sides) if value is not None else None
    low, high = interval or (None, None)
    excluded = {"incomplete": found.incomplete, "mape_skipped": found.mape_skipped}
    if kind != "mape":
        del excluded["mape_skipped"]
    return Figure(
        value=value,
        num=sum(sides[0]) if known else None,
        den=sum(sides[1]) if known else None,
        n=len(sides[1]),
        lo=low,
        hi=high,
        method="bootstrap" if interval else "",
        reason="" if value is not None else _why(found),
        flags=flags,
        excluded={reason: count for reason, count in excluded.items() if count},
    )


def _why(found: Accuracy) -> str:
    return "no_rows" if found.reason == "no_value" else "zero_denominator"


def _sides(kind: str, known: Pairs) -> tuple[list[float], list[float]]:
    """What each pair adds to both sides of the ratio."""
    if kind == "mape":
        known = [(a, f) for a, f in known if a > 0]
        return [abs(a - f) / a for a, f in known], [1.0] * len(known)
    if kind == "attainment":
        return [a for a, _ in known], [f for _, f in known]
    errors = [abs(a - f) if kind == "wape" else f - a for a, f in known]
    return errors, [a for a, _ in known]


def _float(value: float | Decimal | None) -> float | None:
    return None if value is None else float(value)
