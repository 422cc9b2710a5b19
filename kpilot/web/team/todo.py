"""What one person has to do: deals that stand still or are past their date, late tasks, leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.ask.records import records
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.calendar import Period, ranged
from kpilot.core.errors import UserError
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.team.desk import RECENT_DAYS

SHOWN = 8
MOST = 2000


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to do: what, with whom, why now; `figure` stands at the end."""

    name: str
    beside: str
    why: Sequence[str]
    figure: str
    raw: Sequence[Any] = ()


@dataclass(frozen=True, kw_only=True)
class Todo:
    """A list; `total` may exceed the items; `href` leads to the records."""

    items: Sequence[Item]
    total: int
    href: str


def deals(state: State, project: Project, *, shown: int = SHOWN) -> Todo:
    """Open deals without movement, or past the date they were expected to close, largest first."""
    end = state.today.last + timedelta(1)
    now = ranged(end - timedelta(1), end)
    still = {str(row["id"]): row for row in _rows(state, project, "stalled_rate", now, "numerator")}
    found: dict[str, tuple[Mapping[str, Any], list[str]]] = {
        key: (row, [_("no movement")]) for key, row in still.items()
    }
    for row in _rows(state, project, "open_opportunities", now, ""):
        due = row.get("expected_close_date")
        if isinstance(due, date) and due < state.today.whole:
            _row, why = found.setdefault(str(row["id"]), (row, []))
            day = format_date.day(due, words.language())
            why.append(_("was expected on %(day)s") % {"day": day})
    ordered = sorted(found.values(), key=lambda pair: -float(pair[0].get("amount") or 0))
    own = project.settings.currency
    return Todo(
        items=[_opportunity(row, why, own) for row, why in ordered[:shown]],
        total=len(found),
        href=state.link(reverse("records", args=["stalled_rate"]), only="numerator"),
    )


def _opportunity(row: Mapping[str, Any], why: Sequence[str], own: str) -> Item:
    amount, currency = row.get("amount"), str(row.get("currency") or own)
    text = "" if amount is None else written.money_short(amount, currency, words.language())
    stage = words.value_label("stage", str(row.get("stage") or ""))
    return Item(
        name=str(row["name"] or row["id"]),
        beside=stage,
        why=why,
        figure=text,
        raw=(row["name"] or row["id"], stage, amount, currency, "; ".join(why)),
    )


def tasks(state: State, project: Project, *, shown: int = SHOWN) -> Todo:
    """Open tasks past their due date, the oldest first."""
    recent = _recent(state)
    rows = _rows(state, project, "tasks_overdue", recent, "", "due_on")
    rows = sorted(rows, key=lambda row: row["due_on"] or date.max)
    language = words.language()
    items = []
    for row in rows[:shown]:
        late = (state.today.last - row["due_on"]).days
        items.append(
            Item(
                name=str(row["name"] or row["id"]),
                beside=words.value_label("account", str(row.get("account") or "")),
                why=[_("was due on %(day)s") % {"day": format_date.day(row["due_on"], language)}],
                figure=written.figure(late, "days", language),
                raw=(row["name"] or row["id"], row["due_on"], late),
            )
        )
    href = state.link(reverse("records", args=["tasks_overdue"]), period=recent.key)
    return Todo(items=items, total=len(rows), href=href)


def leads(state: State, project: Project, *, shown: int = SHOWN) -> Todo:
    """Leads that nobody has answered yet, those who wait longest first."""
    recent = _recent(state)
    rows = _rows(state, project, "leads_waiting", recent, "numerator", "created_at")
    rows = sorted(rows, key=lambda row: _moment(row, state))
    items = []
    for row in rows[:shown]:
        waited = (state.cut.at - _moment(row, state)).total_seconds()
        items.append(
            Item(
                name=str(row["name"] or row["id"]),
                beside=words.value_label("channel", str(row.get("channel") or "")),
                why=[_("waits for a first answer")],
                figure=written.figure(waited, "seconds", words.language()),
                raw=(row["name"] or row["id"], _moment(row, state), round(waited)),
            )
        )
    href = state.link(
        reverse("records", args=["leads_waiting"]), period=recent.key, only="numerator"
    )
    return Todo(items=items, total=len(rows), href=href)


def _recent(state: State) -> Period:
    end = state.today.last + timedelta(1)
    return ranged(end - timedelta(RECENT_DAYS), end)


def _moment(row: Mapping[str, Any], state: State) -> datetime:
    at, day = row.get("created_at"), row.get("created_on")
    if isinstance(at, datetime):
        return at
    if isinstance(day, date):
        return datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
    return state.cut.at


def _rows(
    state: State, project: Project, kpi: str, period: Period, only: str, *also: str
) -> Sequence[dict[str, Any]]:
    query = state.query.but(kpis=(kpi,), period=period, grain=None, by=(), compare=None)
    try:
        return records(query, project, only=only, limit=MOST, also=also).rows
    except UserError:
        return []
