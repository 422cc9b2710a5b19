"""What stands where in the grid: the months of a year as columns, people and teams as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpilot.ask.fiscal import fiscal
from kpilot.core.calendar import Fiscal, Period, parse_period, period_of, split
from kpilot.core.errors import UserError
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.targets.record import key_of
from kpilot.web.targets.rights import ORG, Rights, Scope

MOST_ROWS = 80


@dataclass(frozen=True, kw_only=True)
class Column:
    """A month: its name as a target has it, its days, and the quarter it is in."""

    key: str
    period: Period
    quarter: int


@dataclass(frozen=True, kw_only=True)
class Year:
    """A year of the grid, calendar ("2026") or fiscal ("FY2027"), and its months."""

    name: str
    period: Period
    columns: Sequence[Column]

    @property
    def keys(self) -> list[str]:
        return [column.key for column in self.columns]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A row: the organisation, a team or a person, under how many others, and what is in it."""

    scope: Scope
    name: str
    depth: int
    parts: Sequence[Scope] = ()


def year_named(name: str, project: Project, today: date) -> Year:
    """The year of that name; the running one where the name is none."""
    own = fiscal(project)
    try:
        period = parse_period(name, own)
    except UserError:
        period = period_of(today, "year", own)
    if period.grain not in ("year", "fiscal_year"):
        period = period_of(today, "year", own)
    return _year(period, own)


def years(project: Project, today: date, shown: Year) -> Sequence[str]:
    """The years to choose from: calendar ones, and fiscal ones where they differ."""
    own = fiscal(project)
    first = int(shown.period.start.year) if not shown.name.startswith("FY") else today.year
    names = {str(year) for year in range(min(first, today.year) - 2, max(first, today.year) + 3)}
    if own.start_month > 1 or own.months:
        this = own.year(today)
        names |= {f"FY{year}" for year in range(this - 2, this + 3)}
    return sorted(names | {shown.name})


def year_before(shown: Year, project: Project) -> Year:
    """The year before the one shown, in the same calendar."""
    head, number = ("FY", shown.name[2:]) if shown.name.startswith("FY") else ("", shown.name)
    own = fiscal(project)
    return _year(parse_period(f"{head}{int(number) - 1}", own), own)


def _year(period: Period, own: Fiscal) -> Year:
    grain = "fiscal_month" if period.key.startswith("FY") else "month"
    months = split(period, "fiscal_month" if grain == "fiscal_month" else "month", own)
    last = max(len(months) // 3, 1)
    columns = [
        Column(key=key_of(month), period=month, quarter=min(place // 3 + 1, last))
        for place, month in enumerate(months)
    ]
    return Year(name=period.key, period=period, columns=columns)


def places(project: Project, may: Rights, shown: Year, under: str = "") -> Sequence[Place]:
    """The rows a person sees, each under what it belongs to; `under` a team keeps to that team.

    People who left before the year are left out. Of more than 80 rows only teams are shown.
    """
    teams, agents = _teams(project), _agents(project, shown)
    found: list[Place] = []

    def add(scope: Scope, name: str, depth: int, above: frozenset[str]) -> None:
        kind, own = scope
        inside = [("team", team) for team, (_n, parent) in teams.items()
                  if parent == own and kind != "agent" and team not in above]  # fmt: skip
        people = [("agent", one) for one, (_n, team) in agents.items()
                  if kind != "agent" and team == own]  # fmt: skip
        if may.sees(scope):
            parts = (*inside, *people) if may.sees_parts(scope) else ()
            found.append(Place(scope=scope, name=name, depth=depth, parts=parts))
        deeper = depth + 1 if may.sees(scope) else depth
        for one in sorted(inside, key=lambda s: folded(teams[s[1]][0])):
            add(one, teams[one[1]][0], deeper, above | {own})
        for one in sorted(people, key=lambda s: folded(agents[s[1]][0])):
            add(one, agents[one[1]][0], deeper, above | {own})

    if under in teams:
        add(("team", under), teams[under][0], 0, frozenset())
    else:
        add(ORG, "", 0, frozenset())
        if len(found) > MOST_ROWS:
            found = [one for one in found if one.scope[0] != "agent"]
    return found


def _teams(project: Project) -> dict[str, tuple[str, str]]:
    """Team → its name and the team above it, "" at the top or where that is not known."""
    rows = project.engine.query(
        "SELECT id, coalesce(name, id), coalesce(parent_id, '') FROM team "
        "WHERE deleted_at IS NULL AND deleted_on IS NULL"
    )
    known = {str(row[0]) for row in rows}
    return {str(i): (str(name), str(up) if str(up) in known and up != i else "")
            for i, name, up in rows}  # fmt: skip


def _agents(project: Project, shown: Year) -> dict[str, tuple[str, str]]:
    """Person → her name and team, of those who were there in the year or have a target in it."""
    rows = project.engine.query(
        "SELECT id, coalesce(name, id), coalesce(team_id, '') FROM agent "
        "WHERE deleted_at IS NULL AND deleted_on IS NULL AND coalesce(kind, 'human') = 'human' "
        "AND coalesce(active_from < ?, TRUE) AND coalesce(active_to >= ?, TRUE)",
        [shown.period.end, shown.period.start],
    )
    known = set(_teams(project))
    return {str(i): (str(name), str(team) if str(team) in known else "") for i, name, team in rows}
