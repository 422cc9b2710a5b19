"""What the steps share that read cells: months, currencies, figures, and words looked up."""

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.meanings import meanings
from kpilot.load.numbers import number
from kpilot.load.plan import Style
from kpilot.load.shapes.desk import ALL, Desk, cell, take
from kpilot.warehouse.sql import Sql, fill, listed, text

MANY = 20_000  # different cells of a column that are looked at one by one
NOTHING = Sql("NULL::VARCHAR")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: 00:00(?::00)?)?|(\d\d)[/.-](\d\d)[/.-](\d{4})")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table to be made: its header and the SQL of its cells."""

    header: str
    sql: Sql


def day_reader(desk: Desk, raw: RawTable, *columns: int) -> Callable[[str], date | None]:
    """A reader of days that knows their order, when one of the cells of these columns tells it."""
    found = [_DAY.fullmatch(said.strip()) for n in columns for said in desk.values(raw, n, MANY)]
    first = any(match and match[4] and int(match[4]) > 12 for match in found)
    second = any(match and match[5] and int(match[5]) > 12 for match in found)
    order = "" if first == second else "day" if first else "month"
    return lambda said: day(said, order)


def day(said: str, order: str = "") -> date | None:
    """A day written in one way only: 2024-01-31, 31/01/2024, 01/01/2024, or in a known order."""
    found = _DAY.fullmatch(said.strip())
    if not found:
        return None
    year, mid, last, first, second, end = found.groups()
    if year is None:
        if int(second) > 12 or order == "month":
            first, second = second, first
        elif int(first) <= 12 and first != second and not order:
            return None
        year, mid, last = end, second, first
    try:
        return date(int(year), int(mid), int(last))
    except ValueError:
        return None


def is_month_end(moment: date) -> bool:
    """Whether the day is the last of its month."""
    return moment.day == calendar.monthrange(moment.year, moment.month)[1]


def next_month(moment: date) -> date:
    """The first day of the month after."""
    return (moment.replace(day=28) + timedelta(days=4)).replace(day=1)


def lookup(desk: Desk, raw: RawTable, n: int, read: Callable[[str], str | None]) -> Sql:
    """SQL: what `read` makes of the cell; NULL where it makes nothing of it."""
    words = {said: made for said in desk.values(raw, n, MANY) if (made := read(said)) is not None}
    if not words:
        return NOTHING
    pairs = listed(fill("{said}: {made}", said=text(said), made=text(made))
                   for said, made in words.items())
    return fill("MAP {{pairs}}[{cell}]", pairs=pairs, cell=cell(n))


def all_read(desk: Desk, raw: RawTable, n: int, read: Callable[[str], object]) -> bool:
    """Whether `read` makes something of every cell that is there, and there is one."""
    found = desk.values(raw, n, MANY)
    return bool(found) and all(read(said) is not None for said in found)


def figure(n: int, style: Style) -> Sql:
    """SQL: the number in the cell as DOUBLE."""
    return Sql(number(cell(n), "DOUBLE", style))


def written(desk: Desk, raw: RawTable, n: int) -> Style:
    """How the figures of a column are written: with a decimal comma when one of them says so."""
    found = desk.values(raw, n, MANY)
    commas = any(re.search(r",\d{1,2}(\D|$)|\.\d{3},|,\d{4,}", said) for said in found)
    return Style(decimal="," if commas or raw.format.delimiter == ";" else ".")


def says(table: str, header: str) -> set[str]:
    """The fields of `table` that a header may mean, near words included."""
    return {meaning.field for meaning in meanings(table, header)}


def kept(raw: RawTable, without: Sequence[int] = ()) -> list[Column]:
    """The columns as they are, but for those left aside."""
    return [Column(header=header, sql=cell(n)) for n, header in enumerate(raw.columns)
            if n not in without]


def remade(desk: Desk, raw: RawTable, columns: Sequence[Column], *, table: str, where: Sql = ALL,
           name: str = "", notes: Sequence[Text] = ()) -> RawTable:
    """`raw` as a table of these columns, with the rows of it that can't be read."""
    made = desk.write(raw, take(raw, [column.sql for column in columns], where),
                      [column.header for column in columns], table=table, name=name, notes=notes)
    return made if name else replace(made, bad=raw.bad, bad_rows=raw.bad_rows)
