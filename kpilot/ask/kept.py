"""Small questions that come back with every figure (the version of the data, teams, names): asked
once, and again when anything was written."""

from collections.abc import Sequence
from typing import Any

from kpilot.project import Project

PLACE = ("kept",)
MOST, MOST_ROWS = 400, 1000
Rows = list[tuple[Any, ...]]  # Any: a row's values have the types of its columns


def kept(project: Project, sql: str, params: Sequence[object] = ()) -> Rows:
    """All rows of one SELECT; they are shared, so nobody may change them.

    Only this process writes what figures are asked of, so the engine's count of its own writings
    tells whether they still hold.
    """
    engine = project.engine
    mark = (engine.openings, engine.changes)
    seen, answers = project.memo.get(PLACE, (None, {}))
    if seen != mark or len(answers) >= MOST:
        answers = {}
        project.memo[PLACE] = (mark, answers)
    place = (sql, repr(params))
    found: Rows | None = answers.get(place)
    if found is None:
        found = engine.query(sql, params)
        if len(found) <= MOST_ROWS:
            answers[place] = found
    return found
