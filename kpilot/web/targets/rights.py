"""Whose targets a person sees, and whose she may set."""

from dataclasses import dataclass

from kpilot.ask.names import TeamTree
from kpilot.project import Project
from kpilot.web.people.models import Person, Role
from kpilot.web.reader import reader_of

Scope = tuple[str, str]
ORG: Scope = ("org", "")
EVERY = None


@dataclass(frozen=True, kw_only=True)
class Rights:
    """Scopes by what a person may do with them; None stands for every one.

    seen    scopes whose targets she sees: her own rows, the teams above them, the organisation
    set_    scopes whose targets she may set
    parts   teams of whose people she sees every one, so that their sum tells her nothing new
    """

    seen: frozenset[Scope] | None
    set_: frozenset[Scope] | None
    parts: frozenset[str] | None

    def sees(self, scope: Scope) -> bool:
        return self.seen is None or scope in self.seen

    def sets(self, scope: Scope) -> bool:
        return self.set_ is None or scope in self.set_

    def sees_parts(self, scope: Scope) -> bool:
        """Whether she may be told what the people or teams below add up to."""
        return self.parts is None or (scope[0] == "team" and scope[1] in self.parts)


def rights_of(person: Person, project: Project) -> Rights:
    """Administrators set every target; managers those of their team and all below it; salespeople
    and viewers none. The targets of the organisation and of one's own teams are seen by all."""
    if person.role == Role.ADMINISTRATOR:
        return Rights(seen=EVERY, set_=EVERY, parts=EVERY)
    if person.role == Role.VIEWER:
        return Rights(seen=EVERY, set_=frozenset(), parts=EVERY)
    tree = TeamTree(project)
    agents = reader_of(person, project).agent_ids or frozenset()
    below: set[str] = set()
    if person.role == Role.MANAGER and person.team_id:
        below = set(tree.below(person.team_id))
    teams = set(below)
    for team in [*below, *_teams_of(project, agents)]:
        teams |= {team, *tree.above(team)}
    own = frozenset(("agent", one) for one in agents)
    may = frozenset(("team", one) for one in below) | own if below else frozenset()
    return Rights(
        seen=own | {("team", one) for one in teams} | {ORG}, set_=may, parts=frozenset(below)
    )


def _teams_of(project: Project, agents: frozenset[str]) -> set[str]:
    rows = project.engine.query(
        "SELECT DISTINCT team_id FROM agent WHERE id IN (SELECT unnest($1::TEXT[])) "
        "AND team_id IS NOT NULL",
        [sorted(agents)],
    )
    return {str(row[0]) for row in rows}
