"""What a column looks like, so that its meaning and its way of writing can be proposed.

Looked at is a sample (the head and slices spread over the file), so a million rows cost no more
than a few thousand. What the sample can't decide is taken from the file's other columns, and then
said to be assumed.
"""

from dataclasses import dataclass, field, replace

import duckdb

from kpilot.core.raw import RawTable
from kpilot.load.evidence import Seen, decimals, orders, seen_sql
from kpilot.load.numbers import SIGNS
from kpilot.load.plan import Style
from kpilot.load.values import given

HEAD = 600  # rows from the start
SLICE, EVERY = 64, 131_072  # then so many rows, once in so many
FEW = 500  # cells looked at in a column the sample found empty
SAMPLES = 30
CELLS = 60_000  # looked at in all, which bounds the cost of a table of 200 columns
COUNTED = 500_000  # cells of a table whose different values are counted, not estimated


@dataclass(frozen=True, kw_only=True)
class ColumnProfile:
    """One column of a raw table as its cells show it.

    rows        rows of the table; `non_empty` about how many have a value and no empty marker
    distinct    about how many different values
    samples     the first few different values, as written
    shares      kind → share (0…1) of the sampled non-empty cells that read as it: "number",
                "integer", "percent", "money" (a number with a currency), "date" (no time),
                "datetime", "boolean", "email", "url", "id" (looks like a key)
    style       how numbers and dates are written; `style.assumed` when the cells could not tell
    currencies  ISO codes seen in the cells (€ gives EUR, £ GBP, $ USD)
    date_only   every date-time sampled is at 00:00:00, so it is a date (rule G1)
    zoned       some times carry an offset or Z
    largest     the greatest number sampled, when most cells are numbers
    max_length  the longest cell sampled, in characters
    """

    index: int
    header: str
    rows: int
    non_empty: int
    distinct: int
    samples: tuple[str, ...] = ()
    shares: dict[str, float] = field(default_factory=dict)
    style: Style = field(default_factory=Style)
    currencies: tuple[str, ...] = ()
    date_only: bool = False
    zoned: bool = False
    largest: float | None = None
    max_length: int = 0

    def share(self, kind: str) -> float:
        """The share of the cells that read as `kind`; 0.0 when none does."""
        return self.shares.get(kind, 0.0)


def profile(raw: RawTable) -> list[ColumnProfile]:
    """One profile for each column of `raw`, in order."""
    width = len(raw.columns)
    with duckdb.connect() as connection:
        filled = _sample(connection, raw)
        different = _different(connection, raw)
        rows = connection.execute(seen_sql("cell")).fetchall()
        columns = [column[0] for column in connection.description or ()]
        seen = {row[0]: Seen(**dict(zip(columns, row, strict=True))) for row in rows}
        words: dict[int, list[str]] = {}
        for index, cell in connection.execute(
                f"FROM cell SELECT i, c WHERE {given('c')} IS NOT NULL OR lower(c) = 'false'"
                " QUALIFY row_number() OVER (PARTITION BY i ORDER BY first) <= ?"
                " ORDER BY i, first", [SAMPLES]).fetchall():
            words.setdefault(index, []).append(cell)
    found = [_column(raw, index, filled[index], seen.get(index), words.get(index, []))
             for index in range(width)]
    if different:
        found = [replace(column, distinct=min(column.non_empty, different[column.index]))
                 for column in found]
    return _with_styles(raw, found, [seen.get(index) for index in range(width)])


def _sample(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> list[int]:
    """Make the table `cell` (column i, cell c, n rows, first row); how many cells are filled."""
    width = len(raw.columns)
    names = [f"c{index}" for index in range(width)]
    head = max(50, min(HEAD, CELLS // width))
    spread = f' OR "row" % {EVERY} < {max(4, min(SLICE, CELLS // width // 16))}'
    connection.execute(
        f'CREATE TEMP TABLE sample AS FROM {raw.cells}'
        f' WHERE "row" <= {raw.format.header_row + head}{spread if raw.rows > head else ""}')
    counted = ", ".join(f"count({name})" for name in names)
    # Answered from the statistics of the Parquet file: no cell is read.
    filled = connection.execute(f"FROM {raw.cells} SELECT {counted}").fetchone() or (0,) * width
    sampled = connection.execute(f"FROM sample SELECT {counted}").fetchone() or (0,) * width
    connection.execute(
        "CREATE TEMP TABLE cell AS FROM (UNPIVOT sample ON " + ", ".join(names)
        + " INTO NAME name VALUE c)"
        ' SELECT CAST(substr(name, 2) AS INTEGER) AS i, c, count(*) AS n, min("row") AS first'
        " GROUP BY ALL")
    for index, name in enumerate(names):
        if filled[index] and not sampled[index]:
            connection.execute(
                f'INSERT INTO cell FROM (FROM {raw.cells} SELECT {name} AS c, "row"'
                f' WHERE {name} IS NOT NULL LIMIT {FEW})'
                f' SELECT {index}, c, count(*), min("row") GROUP BY c')
    return [int(count) for count in filled]


def _different(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> dict[int, int]:
    """How many different cells each column has, empty markers too; {} for a big table."""
    if raw.rows * len(raw.columns) > COUNTED:
        return {}
    names = ", ".join(f"c{index}" for index in range(len(raw.columns)))
    # One aggregate over all columns: one for each of 400 columns takes the planner seconds.
    return dict(connection.execute(
        f"FROM (FROM {raw.cells} SELECT unnest(range({len(raw.columns)})) AS i,"
        f" unnest([{names}]) AS c) SELECT i, count(DISTINCT c) GROUP BY i").fetchall())


def _column(raw: RawTable, index: int, filled: int, seen: Seen | None,
            words: list[str]) -> ColumnProfile:
    blank = ColumnProfile(index=index, header=raw.columns[index], rows=raw.rows, non_empty=0,
                          distinct=0)
    if seen is None or not seen.given:
        return blank
    n = seen.given
    if seen.truth < 0.9 * n:  # "false" is Odoo's word for nothing, except among truths
        words = [word for word in words if word.lower() != "false"]
        n -= seen.false
    if n <= 0:
        return blank
    return replace(
        blank,
        non_empty=round(filled * n / seen.cells),
        distinct=_distinct(seen, round(filled * n / seen.cells)),
        samples=tuple(words),
        shares={kind: round(count / n, 4) for kind, count in (
            ("number", seen.number), ("integer", seen.integer), ("percent", seen.percent),
            ("money", seen.money), ("date", seen.date), ("datetime", seen.datetime),
            ("boolean", min(n, seen.truth)), ("email", seen.email), ("url", seen.url),
            ("id", seen.key)) if count},
        currencies=tuple(sorted({SIGNS.get(sign, sign.upper()) for sign in seen.signs or ()})),
        date_only=seen.datetime > 0 and seen.midnight == seen.datetime,
        zoned=seen.zoned > 0,
        largest=seen.largest if seen.number > n / 2 else None,
        max_length=seen.longest)


def _distinct(seen: Seen, non_empty: int) -> int:
    """About how many different values the whole column has (Chao's estimate from the sample)."""
    if seen.given >= non_empty:
        return seen.different
    unseen = seen.once * seen.once / (2 * max(1, seen.twice))
    if seen.once > 0.9 * seen.different:
        return non_empty  # nearly all differ: a key
    return min(non_empty, round(seen.different + unseen))


def _with_styles(raw: RawTable, found: list[ColumnProfile],
                 seen: list[Seen | None]) -> list[ColumnProfile]:
    """The profiles with the style of each column, the clear ones deciding for the unclear."""
    marks = [decimals(s) if s and s.number else None for s in seen]
    clear = {mark for mark in marks if mark}
    comma_file = clear == {","} or (not clear and raw.format.delimiter == ";")
    days = [orders(s) if s and s.date + s.datetime else None for s in seen]
    sure = {day for day in days if day in ("day first", "month first")}
    styled = []
    for column, s, mark, day in zip(found, seen, marks, days, strict=True):
        style = Style()
        if s is not None:
            style = _style(raw, s, column, mark, day, comma_file=comma_file, sure=sure)
        styled.append(replace(column, style=style))
    return styled


def _style(raw: RawTable, seen: Seen, column: ColumnProfile, mark: str | None, day: str | None, *,
           comma_file: bool, sure: set[str]) -> Style:
    assumed = False
    decimal = mark if mark is not None else "."
    if mark == "":
        assumed = True
    elif mark is None and (seen.lone_dot or seen.lone_comma):
        decimal, assumed = _lone(raw, seen, comma_file=comma_file), raw.format.kind != "xlsx"
    dates = "iso"
    if column.share("date") + column.share("datetime") >= 0.5:
        dates, guessed = _dates(seen, day, comma_file=comma_file, sure=sure)
        assumed = assumed or guessed
    elif seen.number and seen.counted() and column.share("number") > 0.95:
        dates = seen.counted()
    return Style(decimal=decimal, dates=dates, percent=column.share("percent") > 0.5,
                 assumed=assumed)


def _lone(raw: RawTable, seen: Seen, *, comma_file: bool) -> str:
    """The decimal mark when every separator of the column stands alone before three digits."""
    if raw.format.kind == "xlsx":
        return "."
    if seen.lone_dot and seen.lone_comma:
        return ""
    written, other = (".", ",") if seen.lone_dot else (",", ".")
    if seen.plain_thousands:  # 12500 stands beside 1.234: the point is no thousands separator
        return written
    if seen.integer:  # only 950 and the like stand beside 1.234: it is one
        return other
    return "," if comma_file else "."


def _dates(seen: Seen, day: str | None, *, comma_file: bool,
           sure: set[str]) -> tuple[str, bool]:
    """The order of day and month, and whether it is assumed."""
    if day == "mixed":
        return ("day first" if seen.day_over_12 >= seen.month_over_12 else "month first"), True
    if day != "unclear":
        return day or "iso", False
    if len(sure) == 1:
        return next(iter(sure)), True
    if seen.half_days or (seen.unpadded and seen.slashed and not comma_file):
        return "month first", True  # 1/5/2024 2:30 PM is how it is written in the United States
    return "day first", True
