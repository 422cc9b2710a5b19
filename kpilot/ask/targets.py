"""Targets of a period: which of those on record add up to the period asked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kpilot.ask.catalog import additions
from kpilot.ask.fiscal import fiscal
from kpilot.ask.names import TeamTree
from kpilot.ask.own_targets import SOURCE, counting
from kpilot.ask.scans import Asking, Key
from kpilot.core.calendar import Period, parse_period
from kpilot.core.compile import AGENT_DIMS
from kpilot.core.errors import UserError
from kpilot.core.kpi_names import aimed, plain
from kpilot.core.query import Filter

APART = Decimal("0.01")
LEVELS = {"team_parent": 1, "team_top": -1}


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target: for the organisation ("org"), a team or an agent, in one period.

    value      in the organisation's currency at the rate of the period's first day; None when
               there is no such rate
    kpi        its name, or what the data say where no KPI is called so
    direction  "up", "down", or "" for that of the KPI
    is_own     set in kpilot, so that it counts instead of a file's; is_gone  taken away there
    """

    scope_type: str
    scope_id: str
    team_id: str
    period: Period
    value: Decimal | None
    kpi: str = ""
    direction: str = ""
    is_own: bool = False
    is_gone: bool = False


OnRecord = tuple[tuple[Target, ...], dict[str, tuple[Target, ...]]]


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


def all_targets(asking: Asking, kpi: str) -> Sequence[Target]:
    """Every target on record for `kpi`."""
    every, by_name = _on_record(asking)
    if kpi not in by_name:
        by_name[kpi] = tuple(target for target in every if target.kpi == kpi)
    return by_name[kpi]


def every_target(asking: Asking) -> Sequence[Target]:
    """Every target that counts, whatever its KPI; one whose period cannot be read is no target."""
    return _on_record(asking)[0]


def _on_record(asking: Asking) -> OnRecord:
    """All targets, and those of the KPIs asked so far.

    They are read once for a version of the data: thousands of periods take a quarter of a second.
    """
    memo = asking.project.memo
    place = ("targets", asking.cut.version, additions(asking.project))
    if place not in memo:
        for old in [key for key in list(memo) if key[0] == "targets"]:
            memo.pop(old, None)
        memo[place] = tuple(_read(asking)), {}
    found: OnRecord = memo[place]
    return found


def _read(asking: Asking) -> list[Target]:
    own = fiscal(asking.project, asking.cut.version)
    rows = asking.project.engine.query(
        "SELECT coalesce(t.kpi_id, 'sales_value'), coalesce(t.scope_type, 'org'), t.scope_id, "
        "t.period, t.value, a.team_id, t.currency, coalesce(t.direction, ''), "
        "t.source IS NOT DISTINCT FROM ?, t.deleted_at IS NOT NULL OR t.deleted_on IS NOT NULL "
        "FROM target AS t "
        "LEFT JOIN agent AS a ON a.id = t.scope_id AND t.scope_type = 'agent' "
        "WHERE t.value IS NOT NULL AND (t.source IS NOT DISTINCT FROM ? "
        "OR (t.deleted_at IS NULL AND t.deleted_on IS NULL))",
        [SOURCE, SOURCE],
    )
    found, known = [], aimed(asking.catalog)
    for kpi_id, scope_type, scope_id, period, value, team_id, currency, *rest in rows:
        direction, is_own, is_gone = rest
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
                kpi=known.get(plain(str(kpi_id)), str(kpi_id)),
                direction=str(direction),
                is_own=bool(is_own),
                is_gone=bool(is_gone),
            )
        )
    return counting(found)


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


def check_people(dims: Sequence[str]) -> None:
    """UserError unless targets can be broken down so: by people or by teams, nothing else."""
    if len(dims) > 1 or set(dims) - set(AGENT_DIMS):
        raise UserError(
            "Targets are set for people and teams: attainment can only be broken down by those.",
            code="no_dimension",
        )


def seen(asking: Asking, targets: Sequence[Target]) -> list[Target]:
    """The targets whose whole scope passes the filters and may be seen by the reader.

    A team's own target is seen by who sees everybody in it, such as its manager.
    """
    visible = asking.query.reader.agent_ids
    whole = _whole_teams(asking, visible) if visible is not None else frozenset()
    return [
        target
        for target in targets
        if all(_is_kept(asking, one, target) for one in asking.where)
        and (visible is None or (target.scope_type == "agent" and target.scope_id in visible)
             or (target.scope_type == "team" and target.scope_id in whole))
    ]  # fmt: skip


def _whole_teams(asking: Asking, visible: frozenset[str]) -> frozenset[str]:
    """The teams with people in them or below, all of whom the reader sees."""
    tree = TeamTree(asking.project)
    some, hidden = set[str](), set[str]()
    for agent, team in asking.project.engine.query(
        "SELECT id, team_id FROM agent WHERE team_id IS NOT NULL"
    ):
        over = {str(team), *tree.above(str(team))}
        some |= over
        hidden |= set() if str(agent) in visible else over
    return frozenset(some - hidden)


def parts_apart(asking: Asking, tree: TeamTree, chosen: Sequence[Target],
                filled: Sequence[Target]) -> bool:  # fmt: skip
    """Whether the people of the chosen teams have targets that come to another sum (1 % off)."""
    teams = tree.below(*(one.scope_id for one in chosen if one.scope_type == "team"))
    people = [t for t in seen(asking, filled) if t.scope_type == "agent" and t.team_id in teams]
    if not people or any(one.scope_type != "team" for one in chosen):
        return False
    own = sum((one.value or Decimal(0) for one in chosen), Decimal(0))
    theirs = sum((one.value or Decimal(0) for one in people), Decimal(0))
    return abs(theirs - own) > APART * own


def scoped(
    asking: Asking, tree: TeamTree, dims: tuple[str, ...], targets: list[Target]
) -> dict[Key, list[Target]]:
    """Key → the targets that add up to its target."""
    targets = seen(asking, targets)
    agents = [target for target in targets if target.scope_type == "agent"]
    if dims == ("agent",):
        return _by(agents, lambda target: target.scope_id)
    teams = [t for t in targets if t.scope_type == "team"]
    if dims:
        level = LEVELS.get(dims[0])
        ups = asking.teams[level] if level else {}
        grouped = _by(agents, lambda target: ups.get(target.team_id, target.team_id))
        own = _by(teams, lambda target: target.scope_id)
        shown = set(grouped) | (set(own) if not level else set(own) & set(grouped))
        return {key: own.get(key) or grouped[key] for key in shown}
    org = [t for t in targets if t.scope_type == "org"]
    chosen = org or _tops(tree, teams) or agents
    return {(): chosen} if chosen else {}


def _is_kept(asking: Asking, one: Filter, target: Target) -> bool:
    """Whether all of the target's scope passes the filter: a target for other rows too is none."""
    team = {"team": target.scope_id, "agent": target.team_id}.get(target.scope_type)
    if one.dimension == "agent":
        place = target.scope_id if target.scope_type == "agent" else None
    elif one.dimension == "team" and (target.scope_type == "agent" or one.operator == "="):
        place = team
    elif one.dimension in LEVELS and target.scope_type == "agent" and team is not None:
        place = asking.teams[LEVELS[one.dimension]].get(team, team)
    else:
        place = None
    return place is not None and (place in one.values) == (one.operator == "=")


def _tops(tree: TeamTree, teams: list[Target]) -> list[Target]:
    """Team targets without those of teams under another team that has one."""
    owned = {target.scope_id for target in teams}
    return [target for target in teams if not set(tree.above(target.scope_id)) & owned]


def _by(targets: Iterable[Target], key_of: Callable[[Target], str]) -> dict[Key, list[Target]]:
    grouped: dict[Key, list[Target]] = {}
    for target in targets:
        grouped.setdefault((key_of(target),), []).append(target)
    return grouped
