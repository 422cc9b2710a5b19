"""Targets of a period: which of those on record add up to the period asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kpilot.ask.fiscal import fiscal
from kpilot.ask.scans import Asking
from kpilot.core.calendar import Period, parse_period
from kpilot.core.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target: for the organisation ("org"), a team or an agent, in one period.

    value is in the organisation's currency at the rate of the period's first day; None when there
    is no such rate.
    """

    scope_type: str
    scope_id: str
    team_id: str
    period: Period
    value: Decimal | None


def targets_in(asking: Asking, kpi: str, span: Period) -> list[Target]:
    """The targets for `kpi` whose periods fill `span`."""
    return filling(all_targets(asking, kpi), span)


def filling(targets: Sequence[Target], span: Period) -> list[Target]:
    """Those of `targets` whose periods fill `span`, for each scope the longest that do so.

    A scope whose periods leave a gap in `span` has no target there: a quarter's target is the
    sum of its three months only when all three are set.
    """
    by_scope: dict[tuple[str, str], list[Target]] = {}
    for target in targets:
        if span.start <= target.period.start and target.period.end <= span.end:
            by_scope.setdefault((target.scope_type, target.scope_id), []).append(target)
    return [target for found in by_scope.values() for target in _chain(found, span)]


def _chain(targets: list[Target], span: Period) -> list[Target]:
    """A chain of targets from start to end of `span`, taking the longest period at each step."""
    chain, at = [], span.start
    while at < span.end:
        next_ones = [target for target in targets if target.period.start == at]
        if not next_ones:
            return []
        longest = max(target.period.end for target in next_ones)
        chain += [target for target in next_ones if target.period.end == longest]
        at = longest
    return chain


def all_targets(asking: Asking, kpi: str) -> list[Target]:
    """Every target on record for `kpi`; one whose period cannot be read is no target."""
    own = fiscal(asking.project, asking.cut.version)
    rows = asking.project.engine.query(
        "SELECT coalesce(t.kpi_id, 'sales_value'), coalesce(t.scope_type, 'org'), t.scope_id, "
        "t.period, t.value, a.team_id, t.currency FROM target AS t "
        "LEFT JOIN agent AS a ON a.id = t.scope_id AND t.scope_type = 'agent' "
        "WHERE t.deleted_at IS NULL AND t.deleted_on IS NULL"
    )
    found = []
    for kpi_id, scope_type, scope_id, period, value, team_id, currency in rows:
        if str(kpi_id) not in (kpi, *asking.catalog[kpi].aliases.get("en", ())):
            continue
        try:
            when = parse_period(str(period), own)
        except UserError:
            continue
        found.append(
            Target(
                scope_type=str(scope_type),
                scope_id=str(scope_id or ""),
                team_id=str(team_id or "(none)"),
                period=when,
                value=_converted(asking, Decimal(str(value)), str(currency or ""), when.start),
            )
        )
    return found


def _converted(asking: Asking, value: Decimal, currency: str, day: date) -> Decimal | None:
    """`value` in the organisation's currency, by the latest rate not too old (rule G5)."""
    own = asking.project.settings.currency
    if currency in ("", own):
        return value
    oldest = day - timedelta(asking.project.settings.fx_max_stale_days)
    for sql in (
        "SELECT rate FROM fx_rate WHERE from_currency = ? AND to_currency = ? "
        "AND date BETWEEN ? AND ? ORDER BY date DESC LIMIT 1",
        "SELECT 1 / rate FROM fx_rate WHERE to_currency = ? AND from_currency = ? "
        "AND date BETWEEN ? AND ? AND rate > 0 ORDER BY date DESC LIMIT 1",
    ):
        if found := asking.project.engine.query(sql, [currency, own, oldest, day]):
            return value * Decimal(str(found[0][0]))
    return None
