"""What a card of a dashboard asks and what it shows: the words every kind of widget speaks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.core.serializers.json import DjangoJSONEncoder

from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.calendar import Period
from kpilot.core.format import Unit
from kpilot.web.kpis import words
from kpilot.web.shell.parts import Action


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One card as it is stored.

    widget   the kind, by name
    title    what its maker called it; "" lets the finding speak
    words    words of a query (kpi, by, grain, period, where, compare, attribution)
    options  the widget's own words
    """

    widget: str
    title: str = ""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    def word(self, name: str) -> str:
        """The first value of a word of the query, or ""."""
        values = self.words.get(name, ())
        return values[0] if values else ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a card's table; `unit` says how its numbers are written, "" is text."""

    label: str
    unit: Unit | Literal["date", ""] = ""
    currency: str = ""

    @property
    def is_number(self) -> bool:
        return self.unit not in ("", "date")

    def text(self, value: Any) -> str:
        """A value of the column as the reader reads it; "n/a" for a number that is not there."""
        if value is None:
            return written.missing(words.language()) if self.unit else ""
        if isinstance(value, datetime | date):
            return format_date.day(value, words.language())
        if self.unit == "" or self.unit == "date":
            return str(value)
        return written.figure(value, self.unit, words.language(), currency=self.currency)


@dataclass(frozen=True, kw_only=True)
class Table:
    """The figures of a card as rows of raw values: for "view as table", CSV and XLSX.

    total  the last row, set apart: what the rows come to together, None when they come to nothing
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    total: Sequence[Any] | None = None

    @property
    def shown(self) -> Sequence[Sequence[tuple[Column, str]]]:
        """The rows as the reader reads them, each cell with its column."""
        return [self._shown(row) for row in self.rows]

    @property
    def shown_total(self) -> Sequence[tuple[Column, str]]:
        return self._shown(self.total) if self.total else ()

    def _shown(self, row: Sequence[Any]) -> Sequence[tuple[Column, str]]:
        return [(c, c.text(value)) for c, value in zip(self.columns, row, strict=True)]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A card as it is shown.

    template  draws the body; `context` is its `shown`
    finding   the title: a sentence that the figures bear out, or what is measured
    subtitle  what is measured, over which days
    summary   the drawing in one sentence, for those who can't see it
    table     its figures; None where there are none
    notes     what to know: what was cut, left out or is too few
    own       what this card asks otherwise than the board around it, in words
    span      the days drawn, of a card that runs up to the end of its period
    problem   why nothing is drawn; such a drawing shows nothing else
    chart     what the front end draws, None when the server has drawn it all
    links     the KPI's page, the records behind
    file      the name its files are saved under
    """

    template: str
    finding: str = ""
    subtitle: str = ""
    summary: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    table: Table | None = None
    notes: Sequence[str] = ()
    own: Sequence[str] = ()
    span: Period | None = None
    problem: str = ""
    chart: Any = None
    links: Sequence[Action] = ()
    file: str = "kpilot"
    how_to_read: str = ""

    @property
    def note(self) -> str:
        return " ".join(self.notes)

    @property
    def data(self) -> str:
        """The chart as JSON, for the attribute the front end reads."""
        chart = self.chart if isinstance(self.chart, dict) else asdict(self.chart)
        return json.dumps(chart, cls=DjangoJSONEncoder)


def said(problem: str, **more: Any) -> Drawing:
    """A card that says why it has nothing to draw."""
    return Drawing(template="widgets/said.html", problem=problem, **more)
