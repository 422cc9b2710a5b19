"""Names and ids: what filters mean in this warehouse, and what result ids are called."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpilot.ask.kept import kept
from kpilot.core.dimensions import DIMENSIONS, NONE, UNASSIGNED, Dimension
from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.query import Filter, Query
from kpilot.core.text import Both
from kpilot.project import Project
from kpilot.warehouse.sql import fill


class TeamTree:
    """The teams and their parents, as read once; a loop among parents stops where it closes."""

    def __init__(self, project: Project) -> None:
        rows = kept(project, "SELECT id, parent_id FROM team")
        known = {str(row[0]) for row in rows}
        self._parents = {str(i): str(p) if p in known and p != i else None for i, p in rows}

    def above(self, team: str) -> list[str]:
        """The teams over `team`, the nearest first."""
        chain = [team]
        while (parent := self._parents.get(chain[-1])) and parent not in chain:
            chain.append(parent)
        return chain[1:]

    def below(self, *teams: str) -> list[str]:
        """`teams` and every team under them."""
        wanted = set(teams)
        under = {team for team in self._parents if wanted & set(self.above(team))}
        return sorted(wanted | under)

    def ups(self) -> dict[int, dict[str, str]]:
        """By levels climbed (1: the parent, -1: the topmost): team → the team it rolls up to."""
        chains = {team: self.above(team) for team in self._parents}
        return {
            1: {team: chain[0] for team, chain in chains.items() if chain},
            -1: {team: chain[-1] for team, chain in chains.items() if chain},
        }


def resolved(project: Project, query: Query) -> tuple[Filter, ...]:
    """The query's filters with ids for names; a team stands for itself and all below it.

    UserError for a value that is not there. To a reader who does not see all, people she does not
    see are not there, and other values that are not there give no rows, like those of others.
    """
    return tuple(_resolved(project, one, query) for one in query.where)


def _resolved(project: Project, one: Filter, query: Query) -> Filter:
    dimension = DIMENSIONS.get(one.dimension)
    if dimension is None or not dimension.table:
        return one
    seen = query.reader.agent_ids
    known = (
        names(project, dimension.table)
        if seen is None
        else _seen_names(project, dimension.table, seen)
    )
    is_agent = dimension.table == "agent"
    ids: list[str] = []
    for value in one.values:
        found = [i for i, name in known.items() if value in (i, name)] or [
            i for i, name in known.items() if value.casefold() in (i.casefold(), name.casefold())
        ]
        if value in (NONE, UNASSIGNED):
            found = [value]
        if not found and seen is not None and not is_agent:
            found = [value]  # no rows, as for a value of others: the answer tells not what exists
        if not found:
            raise _unknown(dimension, value, known)
        ids += found
    if dimension.name == "team":
        ids = TeamTree(project).below(*ids)
    return replace(one, values=tuple(dict.fromkeys(ids)))


def _seen_names(project: Project, table: str, agents: frozenset[str]) -> dict[str, str]:
    """The names a restricted reader may know: of these people, of their accounts, and of what is
    nobody's secret (products, stages, teams …). The SQL shown with an answer holds their ids."""
    if table == "agent":
        return names(project, table, sorted(agents))
    if table != "account":
        return names(project, table)
    rows = project.engine.query(
        "SELECT account_id FROM opportunity WHERE owner_id IN (SELECT unnest($1::TEXT[])) UNION "
        "SELECT o.account_id FROM owner_history AS h JOIN opportunity AS o "
        "ON o.id = h.opportunity_id WHERE h.agent_id IN (SELECT unnest($1::TEXT[]))",
        [sorted(agents)],
    )
    return names(project, table, [str(row[0]) for row in rows if row[0] is not None])


def _unknown(dimension: Dimension, value: str, known: Mapping[str, str]) -> UserError:
    return UserError(
        "There is no {dimension} “{value}”.",
        dimension=Both(en=dimension.en, fr=dimension.fr),
        value=value,
        hint=did_you_mean(value, sorted(known.values())),
        code="unknown_value",
    )


def names(project: Project, table: str, ids: Sequence[str] | None = None) -> dict[str, str]:
    """id → display name of a canonical table; only for `ids` when given."""
    select = fill("SELECT id, coalesce(name, id) FROM {table}", table=table)
    if ids is None:
        rows = kept(project, select)
    else:
        rows = kept(project, select + " WHERE id IN (SELECT unnest($1::TEXT[]))", [list(ids)])
    return {str(row[0]): str(row[1]) for row in rows}
