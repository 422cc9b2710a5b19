"""Tables with a column for each month, and months whose year stands in a column of its own.

Targets, recurring revenue and costs come as grids: a row for each person, customer or category and
a column for each month. kpilot keeps a row for each figure. What the grid holds is told by the name
of its file or sheet, or by the words in its headers; months of nothing known are left as they are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from kpilot.core.calendar import Fiscal, parse_period
from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import dictionary, plain
from kpilot.load.periods import canonical, year_in
from kpilot.load.recognise import called
from kpilot.load.shapes.desk import Desk, cell, column, kind_of, meant
from kpilot.load.shapes.spans import YEARS
from kpilot.load.values import given
from kpilot.warehouse.sql import Sql, fill, listed, one, text

LEAST = 2
NO_YEAR = "2000"
SKIPPED = frozenset((  # columns that add up others, or are what was reached
    "total", "totals", "totaux", "sum", "somme", "cumul", "ytd", "average", "moyenne", "avg",
    "annuel", "annual", "actual", "actuals", "realise", "realisee", "reel", "achieved",
    "attainment", "atteint", "delta", "ecart", "variance", "sold", "vendu"))
LABELS = frozenset(("plan", "planned", "prevu", "revenue", "ca", "sales", "ventes", "montant",
                    "amount", "ht"))
TOTAL = r"^(grand |sub-? ?|sous-? ?)?(totals?|totaux|sum|somme)( general)? *:?$"
_UNIT = re.compile(r"\([^)]*\)|[€$£%]")


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a grid may hold: the columns it becomes beside its own.

    when   the field of the period;  whose  the fields that say whose a row is
    """

    columns: tuple[str, ...]
    when: str
    whose: tuple[str, ...]


DATED = {
    "target": Held(columns=("period", "target"), when="period",
                   whose=("agent_id", "team_id", "scope_id", "kpi_id")),
    "subscription_mrr": Held(columns=("from date", "mrr"), when="from_date",
                             whose=("account_id", "subscription_id")),
    "cost": Held(columns=("start date", "end date", "cost"), when="start_date",
                 whose=("category", "function", "channel_id", "campaign_id", "team_id")),
}


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table with columns of periods.

    periods  column → period, in the year "2000" where the header says none
    own      the columns that say whose a row is
    of_rows  the column that says the year, row by row;  is_dated  the year is known anyhow
    """

    raw: RawTable
    table: str
    periods: Mapping[int, str]
    own: Sequence[int]
    is_dated: bool
    of_rows: int | None


def lengthen(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with each grid of periods as rows of one figure each."""
    made = []
    for raw in tables:
        grid = _grid(desk, raw) if raw.rows and not raw.left_out else None
        if grid is None:
            made.append(raw)
        elif not grid.is_dated and any(NO_YEAR in name for name in grid.periods.values()):
            made.append(replace(raw, left_out=Text(
                "its columns are months, and nothing says of which year: write it in the name of"
                " the file, as in “targets 2024”")))
        else:
            made.append(_long(desk, grid))
    return made


def _grid(desk: Desk, raw: RawTable) -> Grid | None:
    """The columns of periods that a file about targets, recurring revenue or costs has."""
    words, bare = _labels(), dict[int, str]()
    for n, header in enumerate(raw.columns):
        said = _UNIT.sub(" ", plain(header)).split()
        if not SKIPPED & {*said}:
            bare[n] = " ".join(word for word in said if word.strip(":-") not in words)
    year = year_in(raw.name, raw.file, raw.sheet)
    names = canonical(bare.values(), year=year or int(NO_YEAR))
    found = {n: names[word] for n, word in bare.items() if word in names}
    table = _held(raw, found) if len(found) >= LEAST else None
    if table is None:
        return None
    of_rows = _year_column(desk, raw) if table == "target" and year is None else None
    return Grid(raw=raw, table=table, periods=_finest(found), of_rows=of_rows,
                is_dated=year is not None or of_rows is not None,
                own=[n for n in bare if n not in found and n != of_rows])


def _year_column(desk: Desk, raw: RawTable) -> int | None:
    """The column that says the year of each row."""
    n = column(raw, *YEARS)
    is_year = re.compile(r"20\d\d")
    return n if n is not None and all(map(is_year.fullmatch, desk.values(raw, n))) else None


@cache
def _labels() -> frozenset[str]:
    """Words that say what the figures of a column are."""
    known = dictionary().tables
    return LABELS | {word for table in DATED
                     for phrase in (*known[table].nouns, *known[table].files)
                     for word in phrase.split()}


def _held(raw: RawTable, found: Mapping[int, str]) -> str | None:
    """The table whose figures the grid holds, None where nothing says it or it is no grid."""
    names = [name for name in (raw.name, raw.file, raw.sheet) if name]
    worth = called([*names, *(raw.columns[n] for n in found)])
    likely = sorted((table for table in DATED if table in worth), key=lambda t: -worth[t])
    for table in likely:
        when, whose = DATED[table].when, DATED[table].whose
        if meant(raw, table, when) in (None, *found) and meant(raw, table, *whose) is not None:
            return table
    return likely[0] if likely and kind_of(raw) is None else None


def _finest(found: Mapping[int, str]) -> dict[int, str]:
    """The columns of periods without those that add up others, and each period once."""
    spans = {n: (period.start, period.end) for n, name in found.items()
             if (period := parse_period(name, Fiscal()))}
    kept: dict[int, str] = {}
    for n, (start, end) in spans.items():
        holds = any(start <= s and e <= end and (s, e) != (start, end) for s, e in spans.values())
        if not holds and found[n] not in kept.values():
            kept[n] = found[n]
    return kept


def _long(desk: Desk, grid: Grid) -> RawTable:
    raw, whose = grid.raw, DATED[grid.table]
    cells = {n: fill("{given}", given=Sql(given(f"raw.c{n}", "money"))) for n in grid.periods}
    if grid.table == "subscription_mrr":
        cells = _with_stops(desk, grid, cells)
    figures = listed(
        fill("struct_pack(n := {n}, dates := [{dates}], figure := {figure})", n=Sql(str(n)),
             figure=figure,
             dates=listed(_in_its_year(grid, day) for day in _dates(grid, n)))
        for n, figure in cells.items())
    own = listed(fill("raw.{c} AS {new}", c=cell(n), new=cell(place))
                 for place, n in enumerate(grid.own))
    dates = range(len(whose.columns) - 1)
    count = len(grid.own)
    select = fill("""
        SELECT row_number() OVER (ORDER BY nth, f.n) AS "row", * EXCLUDE (nth, f),
            {dates}, f.figure AS {last}
        FROM (SELECT raw."row" AS nth, {own} unnest([{figures}]) AS f FROM {raw} AS raw
              WHERE NOT ({total}))
        WHERE f.figure IS NOT NULL
        """, figures=figures, raw=Sql(raw.cells), own=fill("{own},", own=own) if own else Sql(""),
        dates=listed(fill("f.dates[{k}] AS {new}", k=Sql(str(k + 1)), new=cell(count + k))
                     for k in dates),
        last=cell(count + len(dates)), total=_total(grid))
    made = desk.write(
        raw, select, [*(raw.columns[n] for n in grid.own), *whose.columns], table=grid.table,
        notes=[Text("{file} has a column for each period: {n} periods, a row each.",
                    file=raw.name, n=len(grid.periods))])
    return replace(made, bad=raw.bad, bad_rows=raw.bad_rows)


def _in_its_year(grid: Grid, day: str) -> Sql:
    if grid.of_rows is None:
        return text(day)
    return fill("replace({day}, {no}, raw.{c})", day=text(day), no=text(NO_YEAR),
                c=cell(grid.of_rows))


def _dates(grid: Grid, n: int) -> tuple[str, ...]:
    name = grid.periods[n]
    if grid.table == "target":
        return (name,)
    period = parse_period(name, Fiscal())
    return (str(period.start), str(period.end))[:len(DATED[grid.table].columns) - 1]


def _with_stops(desk: Desk, grid: Grid, cells: Mapping[int, Sql]) -> dict[int, Sql]:
    """Nothing in a month after others is a customer who stopped: 0, not the amount before it.

    Months that are empty for everyone have not come yet.
    """
    counts = one(desk.cursor, "SELECT {counts} FROM {raw} AS raw", raw=Sql(grid.raw.cells),
                 counts=listed(fill("count({figure})", figure=figure)
                               for figure in cells.values()))
    last = max((place for place, count in enumerate(counts) if count), default=-1)
    made, before = dict[int, Sql](), list[Sql]()
    in_order = sorted(cells, key=lambda n: parse_period(grid.periods[n], Fiscal()).start)
    come = {n for place, n in enumerate(cells) if place <= last}
    for n in in_order:
        if n in come:
            made[n] = fill("coalesce({figure}, CASE WHEN {before} THEN '0' END)", figure=cells[n],
                           before=listed((fill("{one} IS NOT NULL", one=one_) for one_ in before),
                                         between=" OR ") if before else Sql("FALSE"))
            before.append(cells[n])
    return made


def _total(grid: Grid) -> Sql:
    """SQL: the row adds up others: the word stands there alone, beside figures."""
    said = fill("concat_ws(' ', {own})", own=listed(fill("raw.{c}", c=cell(n)) for n in grid.own)) \
        if grid.own else text("")
    return fill("regexp_matches(strip_accents(lower(trim({said}))), {pattern})", said=said,
                pattern=text(TOTAL))
