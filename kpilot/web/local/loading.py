"""The commands that bring rows in, as plain data: what would be done, doing it, and undoing it.

Files are read by whoever asks, into a folder of the project's `incoming/`; only its name is said.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kpilot.core.errors import UserError
from kpilot.load import accepted
from kpilot.load.answers import from_dict
from kpilot.load.commit import commit, preview
from kpilot.load.history import load_report, loads, refused_files
from kpilot.load.incoming import tidy
from kpilot.load.kept import kept
from kpilot.load.labels import field_label, table_label
from kpilot.load.memory import remember
from kpilot.load.plan import ColumnPlan, Plan, TablePlan
from kpilot.load.propose import propose
from kpilot.load.questions import questions
from kpilot.load.report import Progress, Render, plain
from kpilot.load.undo import undo
from kpilot.project import Project

Json = dict[str, Any]  # values of every kind: they go through JSON
FOLDER = re.compile(r"[0-9a-f]{32}")


def proposed(project: Project, body: Json, progress: Progress, render: Render) -> Json:
    """The plan for the files read into a folder, what is left to confirm, and what it would do."""
    plan = _plan(project, body)
    said: Json = {
        "tables": [_table(table, render) for table in plan.tables],
        "stages": plain(plan.stages, render),
        "aliases": plain(plan.aliases, render),
        "questions": plain(questions(plan), render),
        "notes": plain(plan.notes, render),
        "conflicts": plain(plan.conflicts, render),
        "preview": None,
    }
    if not plan.conflicts:
        said["preview"] = preview(plan, project, progress).to_json(render)
    return said


def loaded(project: Project, body: Json, progress: Progress, render: Render) -> Json:
    """The report of the load that was carried out."""
    report = commit(_plan(project, body), project, who=str(body["who"]), progress=progress)
    tidy(project, now=datetime.now(UTC))  # what loads left that were killed
    return report.to_json(render)


def listed(project: Project, body: Json, progress: Progress, render: Render) -> Json:
    """All loads, the last one first; or one with its problems."""
    if body.get("load") is not None:
        return load_report(project, int(body["load"])).to_json(render)
    return {"loads": [report.to_json(render) for report in loads(project)]}


def undone(project: Project, body: Json, progress: Progress, render: Render) -> Json:
    """The load as it is recorded after it was taken back."""
    undo(project, int(body["load"]), who=str(body["who"]))
    return load_report(project, int(body["load"])).to_json(render)


def refusals(project: Project, body: Json, progress: Progress, render: Render) -> Json:
    """The refused rows of a load: name of the file → CSV to correct and load again."""
    load_report(project, int(body["load"]))
    return {"files": refused_files(project, int(body["load"]), render)}


def place(folder: Path, name: str) -> Path:
    """The folder called `name` under the project's `incoming/`; UserError unless it is ours."""
    if not FOLDER.fullmatch(name):
        raise UserError("There are no files here to load.", code="no_files")
    return folder / "incoming" / name


def _plan(project: Project, body: Json) -> Plan:
    raw = kept(place(project.folder, str(body["read"])))
    plan = propose(raw, remember(project), from_dict(body["answers"]))
    return accepted(plan) if body.get("yes") else plan


def _table(plan: TablePlan, render: Render) -> Json:
    raw = plan.raw
    return {
        "name": raw.name, "file": raw.file, "sheet": raw.sheet, "rows": raw.rows,
        "unreadable": raw.bad_rows, "format": plain(raw.format, render), "skip": plan.skip,
        "table": plan.table, "label": render(table_label(plan.table)) if plan.table else None,
        "confidence": plan.confidence,
        "columns": [_column(plan, column, render) for column in plan.columns],
    }


def _column(plan: TablePlan, column: ColumnPlan, render: Render) -> Json:
    label = None
    if plan.table and column.field:
        label = render(field_label(plan.table, column.field))
    return {**plain(column, render), "label": label}
