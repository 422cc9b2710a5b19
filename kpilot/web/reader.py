"""Which rows a person may see: the one function from a person to the reader of a Query."""

from kpilot.core.rights import EVERYTHING, Reader
from kpilot.project import Project
from kpilot.web.people.models import Person, Role

TEAM_AND_BELOW = """
    WITH RECURSIVE below(id) AS (
        SELECT id FROM team WHERE id = ?
        UNION
        SELECT team.id FROM team JOIN below ON team.parent_id = below.id
    )
    SELECT agent.id FROM agent JOIN below ON agent.team_id = below.id
"""


def reader_of(person: Person, project: Project) -> Reader:
    """Administrators and viewers see all, managers their team and below, agents their own rows.

    Somebody whose link to the data is missing sees nothing; `missing_link` says which.
    """
    if person.role in (Role.ADMINISTRATOR, Role.VIEWER):
        return EVERYTHING
    own = {person.agent_id} if person.agent_id else set()
    if person.role == Role.MANAGER and person.team_id:
        rows = project.engine.query(TEAM_AND_BELOW, [person.team_id])
        own |= {str(agent_id) for (agent_id,) in rows}
    return Reader(agent_ids=frozenset(own))


def missing_link(person: Person) -> str:
    """The word "agent" or "team" when that link is missing and needed, else ""."""
    if person.role == Role.AGENT and not person.agent_id:
        return "agent"
    if person.role == Role.MANAGER and not person.team_id:
        return "team"
    return ""
