"""KPIs made of other figures: growth over an earlier period, attainment of a target."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from kpilot.ask import facts
from kpilot.ask.figures import NOTHING, Figure, figure
from kpilot.ask.names import TeamTree
from kpilot.ask.scans import Asking, Key, collect
from kpilot.ask.targets import Target, all_targets, filling
from kpilot.ask.windows import is_left_truncated, is_outside
from kpilot.core.calendar import Period, like_for_like
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.query import Filter, fiscal_of

LEVELS = {"team_parent": 1, "team_top": -1}


def growth(asking: Asking, kpi: Kpi, spans: list[Period]) -> dict[tuple[Period, Key], Figure]:
    """current ÷ earlier − 1, like for like (rule G4); None from nothing or without full data."""
    of = asking.catalog[kpi.measure.of]
    fiscal = fiscal_of(asking.project.settings)
    pairs = {
        span: like_for_like(span, kpi.measure.versus, asking.cut.whole, fiscal) for span in spans
    }
    windows = {window for pair in pairs.values() for window in pair if window.start < window.end}
    parts = collect(asking, [of], sorted(windows))
    keys = {key for _, _, key in parts} or {()}
    if not asking.dims(of):
        keys = {()}
    coverage = facts.coverage(asking.project, of, asking.catalog, asking.cut)
    found: dict[tuple[Period, Key], Figure] = {}
    for span, (this, base) in pairs.items():
        for key in keys:
            now = figure(of, parts.get((of.name, this, key), NOTHING))
            before = figure(of, parts.get((of.name, base, key), NOTHING))
            reason = next((f.reason for f in (now, before) if f.reason), "")
            if is_outside(base, coverage) or is_outside(this, coverage):
                reason = "outside_coverage"
            elif is_left_truncated(base, coverage) or is_left_truncated(this, coverage):
                reason = "left_truncated"
            found[span, key] = _grown(now, before, reason)
    return found


def _grown(now: Figure, before: Figure, reason: str) -> Figure:
    if not reason and (before.value is None or before.value <= 0):
        reason = "zero_denominator"
    value = None
    if not reason and now.value is not None and before.value is not None:
        value = float(Decimal(now.value) / Decimal(before.value) - 1)
    excluded = {**now.excluded}
    flags = tuple(flag for flag in now.flags if flag != "low_n")
    return Figure(value=value, num=now.value, den=before.value, n=now.n, reason=reason,
                  excluded=excluded, flags=flags)  # fmt: skip


def attainment(asking: Asking, kpi: Kpi, spans: list[Period]) -> dict[tuple[Period, Key], Figure]:
    """Σ actual ÷ Σ target on identical scope and period.

    Targets of the scope asked count; without any, those one level below (teams, then agents) do,
    against the actuals of the same people only.
    """
    dims = asking.dims(kpi)
    if any(name not in ("agent", "team", "team_parent", "team_top") for name in dims) or (
        len(dims) > 1
    ):
        raise UserError(
            "Targets are set for people and teams: attainment can only be broken down by those.",
            code="no_dimension",
        )
    of = asking.catalog[kpi.measure.of]
    on_record = all_targets(asking, of.name)
    actuals = Actuals(asking=asking, of=of, spans=tuple(spans), tree=TeamTree(asking.project))
    found: dict[tuple[Period, Key], Figure] = {}
    for span in spans:
        targets = filling(on_record, span)
        for key, chosen in _scoped(asking, actuals.tree, dims, targets).items():
            found[span, key] = actuals.attained(span, chosen)
        if not dims and (span, ()) not in found:
            found[span, ()] = Figure(reason="no_target")
    return found


def _scoped(
    asking: Asking, tree: TeamTree, dims: tuple[str, ...], targets: list[Target]
) -> dict[Key, list[Target]]:
    """Key → the targets that add up to its target."""
    visible = asking.query.reader.agent_ids
    targets = [
        target for target in targets if all(_is_kept(asking, f, target) for f in asking.where)
    ]
    agents = [
        target
        for target in targets
        if target.scope_type == "agent" and (visible is None or target.scope_id in visible)
    ]
    if dims == ("agent",):
        return _by(agents, lambda target: target.scope_id)
    teams = [t for t in targets if t.scope_type == "team"] if visible is None else []
    if dims:
        level = LEVELS.get(dims[0])
        ups = asking.teams[level] if level else {}
        grouped = _by(agents, lambda target: ups.get(target.team_id, target.team_id))
        own = _by(teams, lambda target: target.scope_id)
        shown = set(grouped) | (set(own) if not level else set(own) & set(grouped))
        return {key: own.get(key) or grouped[key] for key in shown}
    org = [t for t in targets if t.scope_type == "org"] if visible is None else []
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
        if not reason and aimed == 0:
            reason = "zero_denominator"
        actual = sum((Decimal(part.value or 0) for part in parts), Decimal(0))
        value = None if reason else float(actual / aimed)
        n = sum(part.n for part in parts)
        return Figure(value=value, num=actual, den=aimed, n=n, reason=reason)

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
