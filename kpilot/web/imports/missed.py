"""Columns that the last file of this kind had and this one has not: they may be called otherwise.

What is remembered of headers holds for the same headers; a column renamed since is a new one.
"""

import json
from collections.abc import Sequence

from django.utils.translation import gettext as _

from kpilot.load.answers import from_dict
from kpilot.load.labels import field_label
from kpilot.load.plan import TableAnswers, TablePlan
from kpilot.project import Project
from kpilot.web.imports.words import said

LAST_FIRST = """
    SELECT arg_max(answers::VARCHAR, load_id) FROM kp_mapping GROUP BY signature
    ORDER BY max(load_id) DESC
"""
ALIKE = 0.5  # the share of the earlier columns that makes a file one of the same kind


def missed(plan: TablePlan, project: Project) -> Sequence[str]:
    """A sentence for each field that a column filled last time and none does now, and one that
    names the columns that may be it."""
    if plan.table is None or plan.skip:
        return []
    here = {column.header for column in plan.columns}
    before = _last(plan.table, here, project)
    filled = {column.field for column in plan.columns}
    gone = [
        (header, field) for header, field in before.columns.items()
        if field and header not in here and field not in filled
    ]  # fmt: skip
    new = [column.header for column in plan.columns
           if column.field is None and column.header and column.header not in before.columns]
    if not gone:
        return []
    lines = [
        _("Last time “%(column)s” filled “%(field)s”; this file has no such column.")
        % {"column": header, "field": said(field_label(plan.table, field))}
        for header, field in gone
    ]
    if new:
        text = _("New in this file, and left out: %(columns)s.")
        lines.append(text % {"columns": ", ".join(new)})
    return lines


def _last(table: str, headers: set[str], project: Project) -> TableAnswers:
    """What was said of the last file of this table that shares most of its columns."""
    for (answers,) in project.engine.query(LAST_FIRST):
        for one in from_dict(json.loads(str(answers))).tables.values():
            shared = len(headers & one.columns.keys())
            if one.table == table and shared >= ALIKE * len(one.columns):
                return one
    return TableAnswers()
