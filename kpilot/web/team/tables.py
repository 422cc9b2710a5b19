"""Tables of people: the same lines on the page and in the file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kpilot.core import format as written
from kpilot.core.export import csv_lines
from kpilot.core.result import Row
from kpilot.web.kpis import words
from kpilot.web.team.desk import Desk


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column; `wide` ones fold away on a phone; `sub` stands small below the label."""

    label: str
    num: bool = True
    wide: bool = False
    sub: str = ""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell: `value` for the file, `text` for the page, `heat` 0 to 5 for a grid.
    `is_words` where there is too little for a figure."""

    value: Any
    text: str
    href: str = ""
    note: str = ""
    heat: int = 0
    is_words: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person; `href` leads to her page where the reader may open it."""

    label: str
    cells: Sequence[Cell]
    href: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """People and their figures; `total` is the group's line, None where it is not shown."""

    name: str
    title: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    total: Line | None = None
    first: str = ""
    note: str = ""

    @property
    def shown(self) -> Sequence[tuple[Line, Sequence[tuple[Column, Cell]]]]:
        """Each line with its cells under their columns."""
        return [(line, self._under(line)) for line in self.lines]

    @property
    def shown_total(self) -> Sequence[tuple[Column, Cell]]:
        """The cells of the group's line under their columns."""
        return self._under(self.total) if self.total else ()

    def _under(self, line: Line) -> Sequence[tuple[Column, Cell]]:
        return list(zip(self.columns, line.cells, strict=True))


Figures = Mapping[str, Row]


def by_agent(rows: Iterable[Row]) -> Figures:
    """agent → row."""
    return {row.dim_ids["agent"]: row for row in rows if "agent" in row.dim_ids}


def count(row: Row | None, href: str = "", *, measurable: bool = True) -> Cell:
    """A count: nobody's row is a nought where the KPI can be measured at all."""
    value = row.value if row is not None else 0 if measurable else None
    text = written.figure(value, "count", words.language())
    return Cell(value=value, text=text, href=href if value else "")


def rate(row: Row | None, *, fewest: bool = True) -> Cell:
    """A share with its size; "too few to say" under the floor."""
    if row is None or row.value is None:
        return Cell(value=None, text=written.missing(words.language()))
    note = _("%(num)s of %(n)s") % {"num": _whole(row.num), "n": _whole(row.den)}
    if fewest and "low_n" in row.flags:
        return Cell(value=row.value, text=_("too few to say"), note=note, is_words=True)
    return Cell(value=row.value, text=written.percent(row.value, words.language(), 0),
                note=f"{note} · {words.interval(row)}" if row.lo is not None else note)  # fmt: skip


def duration(row: Row | None) -> Cell:
    """A median of seconds; why there is none."""
    if row is None or row.value is None:
        too_long = row is not None and row.reason == "quantile_not_reached"
        text = _("not reached") if too_long else written.missing(words.language())
        return Cell(value=None, text=text)
    if "low_n" in row.flags:
        return Cell(value=row.value, text=_("too few to say"), is_words=True)
    return Cell(value=row.value, text=written.figure(row.value, "seconds", words.language()))


def _whole(value: Any) -> str:
    return written.figure(value, "count", words.language())


def lines(desk: Desk, cells: Callable[[str], Sequence[Cell]]) -> Sequence[Line]:
    """A line for each person shown, herself first, then by name: nobody is ranked."""
    return [
        Line(label=name, cells=cells(agent), href=desk.page_of(agent),
             note=_("you") if agent == desk.person.agent_id and agent else "")
        for agent, name in desk.listed
    ]  # fmt: skip


def total_label(desk: Desk) -> str:
    """What the group's line is called."""
    return _("%(team)s together") % {"team": desk.team_name}


def total_line(desk: Desk, cells: Sequence[Cell]) -> Line | None:
    """The group's line, where its totals are shown."""
    return Line(label=total_label(desk), cells=cells) if desk.circle.total else None


def csv_file(table: Table, desk: Desk) -> HttpResponse:
    """The table as CSV: raw figures, then what the file is."""
    heads = [table.first or _("Salesperson"), *(c.label for c in table.columns)]
    every = [*table.lines, *([table.total] if table.total else [])]
    rows: list[Sequence[Any]] = [[line.label, *(cell.value for cell in line.cells)]
                                 for line in every]  # fmt: skip
    rows += [
        (),
        (_("Table"), table.title),
        (_("Team"), desk.team_name),
        (_("Period"), f"{desk.state.period.start} – {desk.state.period.end}"),
        *((words.dimension_label(one.dimension), ", ".join(one.values))
          for one in desk.state.query.where if one.dimension != "amount"),
    ]  # fmt: skip
    text = "".join(csv_lines(heads, rows))
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    key = desk.state.period.key.replace("/", "_")
    answer["Content-Disposition"] = f'attachment; filename="{table.name}-{key}.csv"'
    return answer
