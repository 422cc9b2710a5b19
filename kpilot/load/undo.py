"""Take a load back: its rows go, the rows it changed get their former image, what it taught goes.

Only while nothing later stands on it: a load that met, changed or refers to its rows must be
undone first. The record that there was a load, and who took it back, stays.
"""

from datetime import UTC, datetime

from kpilot.core.errors import UserError
from kpilot.core.tables import TABLES
from kpilot.core.text import Text
from kpilot.load.history import bump
from kpilot.project import Project
from kpilot.warehouse.sql import append, one, rows, run
from kpilot.warehouse.tables import undo_table

TAUGHT = ("kp_alias", "kp_mapping", "kp_implied", "kp_coverage", "kp_refused")


def undo(project: Project, load_id: int, *, who: str, now: datetime | None = None) -> None:
    """Undo one load in one transaction; UserError when it cannot be, saying what to undo first."""
    moment = (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    with project.engine.transaction() as cursor:
        found = rows(cursor, "SELECT undone_at FROM kp_load WHERE id = ?", load_id)
        if not found:
            raise UserError("There is no load {id}.", id=load_id, code="no_load")
        if found[0][0] is not None:
            raise UserError("Load {id} is undone already.", id=load_id, code="undone")
        later = one(cursor, """
            SELECT max(id) FROM kp_load WHERE undone_at IS NULL AND list_contains(builds_on, ?)
            """, load_id)[0]
        if later is not None:
            raise UserError(
                "Load {later} builds on rows of load {id}.", later=later, id=load_id,
                hint=Text("Undo load {later} first.", later=later), code="built_on")
        for table in TABLES.values():
            undone = undo_table(table)
            run(cursor, "DELETE FROM {table} WHERE load_id = ?", load_id, table=table.name)
            append(cursor, "{table}", "SELECT * EXCLUDE (undo_load_id) FROM {undone}"
                   " WHERE undo_load_id = ?", load_id, table=table.name, undone=undone)
            run(cursor, "DELETE FROM {undone} WHERE undo_load_id = ?", load_id, undone=undone)
        for system in TAUGHT:
            run(cursor, "DELETE FROM {system} WHERE load_id = ?", load_id, system=system)
        run(cursor, "UPDATE kp_load SET undone_at = ?, undone_by = ? WHERE id = ?",
            moment, who, load_id)
        bump(cursor)
