"""Who sees which dashboard, and who may change it. A dashboard holds questions, never figures:
whoever opens it sees the figures of her own rights."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.dashboards.models import Dashboard, Sharing
from kpilot.web.people.models import Person, Role

BELOW = """
    WITH RECURSIVE below(id) AS (
        SELECT id FROM team WHERE id = ?
        UNION
        SELECT team.id FROM team JOIN below ON team.parent_id = below.id
    )
    SELECT id FROM below
"""


def team_of(person: Person, project: Project) -> str:
    """The team somebody manages or sells in; "" without any."""
    if person.role == Role.MANAGER:
        return person.team_id
    if not person.agent_id:
        return ""
    rows = project.engine.query("SELECT team_id FROM agent WHERE id = ?", [person.agent_id])
    return str(rows[0][0] or "") if rows else ""


def below(team: str, project: Project) -> frozenset[str]:
    """A team and those under it."""
    return (
        frozenset(str(row[0]) for row in project.engine.query(BELOW, [team]))
        if team
        else (frozenset())
    )


def visible(person: Person, project: Project) -> QuerySet[Dashboard]:
    """The dashboards that somebody may open: her own, those shared with her, those for all."""
    shown = (
        Q(author=person) | Q(named__person=person) | Q(sharing=Sharing.EVERYONE)
        | Q(sharing=Sharing.TEAM, team_id__in=_teams(person, project))
    )  # fmt: skip
    found = Dashboard.objects.filter(shown, deleted_at=None).select_related("author")
    return found.distinct()


def listed(person: Person, project: Project) -> Sequence[Dashboard]:
    """Those dashboards as they are listed: the organisation's first, then by title."""
    found = visible(person, project)
    return sorted(found, key=lambda one: (not one.is_default, folded(one.title), one.pk))


def put_away(person: Person) -> QuerySet[Dashboard]:
    """Her own dashboards that she put away; they can be brought back."""
    return Dashboard.objects.filter(author=person).exclude(deleted_at=None)


def may_edit(person: Person, dashboard: Dashboard) -> bool:
    """Whether somebody who sees a dashboard may change it: its author, who is named for it, and
    those it is shared with for editing; of the latter not viewers."""
    if dashboard.author_id == person.pk:
        return True
    if dashboard.author_id is None and person.role == Role.ADMINISTRATOR:
        return True
    if dashboard.named.filter(person=person, may_edit=True).exists():
        return True
    shared = dashboard.sharing != Sharing.PRIVATE and dashboard.may_edit
    return shared and person.role != Role.VIEWER


def may_govern(person: Person, dashboard: Dashboard) -> bool:
    """Whether somebody may share a dashboard or put it away: its author; of what everyone sees
    the administrators too."""
    for_all = dashboard.sharing == Sharing.EVERYONE and person.role == Role.ADMINISTRATOR
    return dashboard.author_id == person.pk or for_all


def sharings(person: Person, project: Project) -> Sequence[str]:
    """With whom somebody may share: managers and administrators with everyone."""
    found = [Sharing.PRIVATE]
    if team_of(person, project):
        found.append(Sharing.TEAM)
    if person.role in (Role.MANAGER, Role.ADMINISTRATOR):
        found.append(Sharing.EVERYONE)
    return found


def _teams(person: Person, project: Project) -> Sequence[str]:
    """The teams whose shared dashboards concern somebody: hers, those above it; a manager's also
    those below. Administrators see those of every team."""
    if person.role == Role.ADMINISTRATOR:
        return [str(row[0]) for row in project.engine.query("SELECT id FROM team")]
    own = team_of(person, project)
    if not own:
        return []
    above, at = [own], own
    while rows := project.engine.query("SELECT parent_id FROM team WHERE id = ?", [at]):
        at = str(rows[0][0] or "")
        if not at or at in above:
            break
        above.append(at)
    under = below(own, project) if person.role == Role.MANAGER else frozenset()
    return sorted({*above, *under})
