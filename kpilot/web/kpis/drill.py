"""The rows behind a figure, as a table: sorted, paged, and the same ones for the exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_
from django.utils.translation import pgettext_lazy

from kpilot.ask import catalog
from kpilot.ask.records import Records, records
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.kpi import Kpi
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.shell.parts import Pages

A_PAGE = 50

COLUMNS: Mapping[str, str | Promise] = {
    "id": N_("Identifier"),
    "name": N_("Opportunity"),
    "created_on": N_("Created"),
    "entered_on": N_("Entered"),
    "left_on": N_("Left"),
    "closed_on": N_("Closed"),
    "sold_on": N_("Sold"),
    "expected_close_date": N_("Expected close"),
    "due_on": N_("Due"),
    "status": N_("Outcome"),
    "close_reason": N_("Reason"),
    "amount": N_("Amount"),
    "currency": N_("Currency"),
    "value": N_("Value"),
    "probability": N_("Probability"),
    "cycle_days": N_("Days to win"),
    "stage_days": N_("Days in stage"),
    "advance_days": N_("Days to the next stage"),
    "counts": N_("In the figure"),
}
DAYS: Mapping[str, str | Promise] = {
    "answered_on": pgettext_lazy("day", "Answered"),
    "at_on": pgettext_lazy("day", "Day"),
    "became_customer_on": pgettext_lazy("day", "Customer since"),
    "booked_on": pgettext_lazy("day", "Booked"),
    "completed_on": pgettext_lazy("day", "Completed"),
    "converted_on": pgettext_lazy("day", "Converted"),
    "cost_on": pgettext_lazy("day", "Day"),
    "done_on": pgettext_lazy("day", "Done"),
    "ended_on": pgettext_lazy("day", "Ended"),
    "held_on": pgettext_lazy("day", "Held"),
    "ordered_on": pgettext_lazy("day", "Ordered"),
    "qualified_on": pgettext_lazy("day", "Qualified"),
    "sent_on": pgettext_lazy("day", "Sent"),
    "started_on": pgettext_lazy("day", "Started"),
    "won_on": pgettext_lazy("day", "Won"),
    "worked_on": pgettext_lazy("day", "Worked on"),
}
ROLES: Mapping[str, str | Promise] = {
    "numerator": N_("above the line"),
    "denominator": N_("counted"),
}
NUMERIC = ("amount", "value", "probability", "cycle_days", "stage_days", "advance_days")
OPPORTUNITIES = ("opportunity", "sale", "stage_passage", "open_deal", "slippage", "win_effort")
FIRST, LAST = ("name", "account", "agent", "product"), ("status", "amount")
ALSO: Mapping[str, tuple[str, ...]] = {
    "stage_passage": ("stage", "entered_on", "left_on", "stage_days"),
    "sales_cycle_days": ("created_on", "closed_on", "cycle_days"),
    "open_pipeline": ("stage", "created_on", "expected_close_date"),
    "weighted_pipeline": ("stage", "expected_close_date", "probability"),
    "deal_age": ("stage", "created_on"),
}
FOLDED = ("account", "agent", "product", "stage", "created_on", "closed_on", "sold_on",
          "entered_on", "left_on", "expected_close_date", "probability", "cycle_days",
          "stage_days", "value")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column as the table heads it; `wide` ones fold away on a phone."""

    name: str
    label: str
    num: bool
    wide: bool


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell as it is shown; `status` is a key of STATUSES for a pill; `note` stands below.

    folded  what of the row has no column of its own on a phone: whose it is, where, and when
    """

    text: str
    column: Column
    status: str = ""
    note: str = ""
    folded: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One page of rows."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    pages: Pages
    total: int


def table(
    kpi: Kpi, state: State, project: Project, path: str, *, page: int, size: int = A_PAGE
) -> Table:
    """Page `page` (from 1) of the rows; UserError for a sort or a reason that is none."""
    found = behind(kpi, state, project, limit=size, offset=(page - 1) * size)
    shared = ("name", "agent") if kpi.by else FIRST
    names = [*shared, *_own_columns(kpi), *LAST]
    currency = project.settings.currency
    has_amount = "amount" in found.columns
    if not has_amount or any(row.get("currency") not in (None, currency) for row in found.rows):
        names.append("value")  # what each adds to the figure, where its own amount does not say
    counted = catalog(project)[found.kpi]
    columns = [_column(name, currency) for name in names if name in found.columns]
    if counted.fact not in OPPORTUNITIES:
        columns = [replace(one, label=_("Name")) if one.name == "name" else one for one in columns]
    if kpi.is_stock:  # at an earlier end of a period it may have stood in another
        latest = _("Latest stage")
        columns = [replace(one, label=latest) if one.name == "stage" else one for one in columns]
    columns = [column for column in columns if _has_values(column, found)]
    columns[:1] = [replace(column, wide=False) for column in columns[:1]]
    if not has_amount:
        columns = [replace(one, wide=one.wide and one.name != "value") for one in columns]
    first = (page - 1) * size + 1

    def beside(number: int) -> str:
        return _page_link(state, path, number)

    return Table(
        columns=columns,
        rows=[_cells(columns, row, currency) for row in found.rows],
        pages=Pages(
            first=min(first, found.total),
            last=min(first + size - 1, found.total),
            total=found.total,
            before=beside(page - 1) if page > 1 else "",
            after=beside(page + 1) if page * size < found.total else "",
        ),
        total=found.total,
    )


def _own_columns(kpi: Kpi) -> Sequence[str]:
    """The columns that tell why a row is in this figure; its date at least."""
    return (
        ALSO.get(kpi.name)
        or ALSO.get(kpi.variant_of)
        or ALSO.get(kpi.fact)
        or (kpi.date or ("sold_on" if kpi.is_formula else "created_on"),)
    )


def behind(
    kpi: Kpi, state: State, project: Project, *, limit: int | None, offset: int = 0
) -> Records:
    """The rows of the page's figure in the order asked, `-` before a name meaning downwards."""
    sort = state.said.get("sort", ("",))[0]
    return records(
        state.query.but(kpis=(kpi.name,), grain=None, by=()),
        project,
        sort=sort.removeprefix("-"),
        descending=sort.startswith("-") or not sort,
        limit=limit,
        offset=offset,
        only=state.said.get("only", ("",))[0],
    )


def _page_link(state: State, path: str, page: int) -> str:
    kept = {word: state.said[word] for word in ("sort", "only") if word in state.said}
    return state.link(path, page=str(page), **kept)


def column_label(name: str) -> str:
    """What a column of rows is called."""
    if name in DIMENSIONS and name not in COLUMNS:
        return words.dimension_label(name)
    return str(COLUMNS.get(name) or DAYS.get(name, name))


def _column(name: str, currency: str) -> Column:
    label = column_label(name)
    if name == "value":
        label = _("In %(currency)s") % {"currency": currency}
    return Column(name=name, label=label, num=name in NUMERIC,
                  wide=name in FOLDED or name in DAYS)


def _has_values(column: Column, found: Records) -> bool:
    return any(row[column.name] not in (None, "", "(none)") for row in found.rows)


def _cells(columns: Sequence[Column], row: Mapping[str, Any], currency: str) -> list[Cell]:
    cells = [_cell(column, row, currency) for column in columns]
    wide = [one for one in cells if one.column.wide and one.text]
    whose = [one.text for one in wide if one.column.name == "agent"]
    where = [_labelled(one) for one in wide if one.column.name == "stage"]
    when = [_labelled(one) for one in wide if isinstance(row[one.column.name], date)][:1]
    folded = " · ".join([*whose, *where, *when])
    return [*(replace(one, folded=folded) for one in cells[:1]), *cells[1:]]


def _labelled(cell: Cell) -> str:
    """A cell away from its heading: beside an outcome a bare day would be taken for its day."""
    return _("%(what)s: %(said)s") % {"what": cell.column.label, "said": cell.text}


def _cell(column: Column, row: Mapping[str, Any], currency: str) -> Cell:
    value = row[column.name]
    if column.name == "status" and value in ("won", "lost", "open"):
        return Cell(text="", column=column, status=value, note=str(row.get("close_reason") or ""))
    if column.name == "name":
        return Cell(text=str(value or row["id"]), column=column)
    own = str(row.get("currency") or currency)
    return Cell(
        text=shown(column.name, value, own if column.name == "amount" else currency),
        column=column,
    )


def shown(name: str, value: Any, currency: str) -> str:
    """A cell's value in the reader's language; nothing for what is not known."""
    language = words.language()
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return format_date.day(value, language)
    if name in ("amount", "value"):
        return written.money(value, currency, language)
    if name == "probability":
        return written.percent(value, language, 0)
    if isinstance(value, int | float | Decimal):
        return written.decimal(value, language, 1, strip=True)
    return words.value_label(name, str(value))


def heading(kpi: Kpi, state: State) -> str:
    """What the rows are: those counted, those above the line, or those left out and why."""
    only = state.said.get("only", ("",))[0]
    days = words.days(state.period if kpi.ahead else state.counted)
    if not only:
        return _("Rows counted, %(days)s") % {"days": days}
    if only == "numerator":
        over = words.named(kpi.formula).partition(" ÷ ")[0]
        return _("Rows above the line (%(words)s), %(days)s") % {"words": over, "days": days}
    reason = words.excluded(only)
    return _("Rows left out: %(reason)s, %(days)s") % {"reason": reason, "days": days}


def addresses(kpi: Kpi, state: State) -> Mapping[str, str]:
    """Where the rows are exported."""
    kept = {word: state.said[word] for word in ("sort", "only") if word in state.said}
    return {
        kind: state.link(reverse("records-file", args=[kpi.name, kind]), **kept)
        for kind in ("csv", "xlsx")
    }
