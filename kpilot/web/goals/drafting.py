"""From the rows of a sound form to the targets they ask for; what does not go with the goal is
said on its row."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from kpilot.project import Project
from kpilot.web.goals.forms import GoalForm
from kpilot.web.goals.keeping import Asked
from kpilot.web.goals.models import Kind
from kpilot.web.goals.scopes import inside
from kpilot.web.goals.target_form import TargetForm

NUMBERS = ("start", "target", "band_low", "band_high")
Fields = dict[str, Any]


def asked_of(goal: GoalForm, rows: Sequence[TargetForm], project: Project) -> list[Asked] | None:
    """The targets to be kept; None when one of them has got an error."""
    given, asked = goal.cleaned_data, []
    for row in rows:
        one = row.cleaned_data
        if one.get("gone"):
            if row.saved:
                asked.append(Asked(fields={}, pk=row.saved.pk, gone=True))
            continue
        fields = _fields(one, given["scope"])
        if fields["kind"] == Kind.KPI:
            _check_people(row, fields, given["scope"], project)
        asked.append(Asked(fields=fields, tasks=one.get("task_list") or (),
                           pk=row.saved.pk if row.saved else None))  # fmt: skip
    return None if any(row.errors for row in rows) else asked


def _fields(one: Fields, outer: tuple[str, str]) -> Fields:
    scope_type, _colon, scope_id = str(one.get("scope") or ":".join(outer)).partition(":")
    is_kpi = one["kind"] == Kind.KPI
    numbers = {name: one.get(name) for name in NUMBERS}
    return {
        "kind": one["kind"], "name": one["name"], "agg": one.get("agg") or "flow",
        "unit": str(one.get("unit") or "") if one["kind"] == Kind.NUMBER else "",
        "currency": str(one.get("currency") or "").strip().upper()[:3],
        "kpi": one["kpi"] if is_kpi else "", "scope_type": scope_type, "scope_id": scope_id,
        "attribution": str(one.get("attribution") or "") if is_kpi else "",
        "weight": one.get("weight") or 1.0, "direction": one.get("direction") or "up",
        **{name: n if isinstance(n, int | float) else None for name, n in numbers.items()},
    }  # fmt: skip


def _check_people(
    row: TargetForm, fields: Fields, outer: tuple[str, str], project: Project
) -> None:
    if not inside(outer, (fields["scope_type"], fields["scope_id"]), project):
        row.add_error("scope", _(
            "These figures cannot stand in this goal: take those of the goal's own people, or of a "
            "team among them."))  # fmt: skip
