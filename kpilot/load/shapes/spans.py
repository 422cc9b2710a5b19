"""A period told by several columns: its year and its month, or its first and its last day.

Of targets, forecasts, costs and recurring revenue only one column can be the period. A year beside
a month, or an end beside a start, would be left out, and with it what the figure is for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpilot.core.calendar import Fiscal, parse_period
from kpilot.core.raw import RawTable
from kpilot.load.headers import plain
from kpilot.load.periods import canonical, spanning, year_in
from kpilot.load.shapes.desk import Desk, cell, kind_of, meant
from kpilot.warehouse.sql import Sql, fill, listed, rows, text

WHEN = {"target": "period", "forecast": "period", "subscription_mrr": "from_date",
        "cost": "start_date"}
YEARS = frozenset(("year", "annee", "an", "exercice", "fiscal year", "jahr", "ano", "anno"))
MARKS = {"month": "M", "mois": "M", "monat": "M", "mes": "M", "mese": "M", "quarter": "Q",
         "trimestre": "Q", "quartal": "Q", "week": "W", "semaine": "W", "period": "", "periode": ""}
STARTS = frozenset(("start", "start date", "period start", "from", "date debut", "date de debut",
                    "debut", "starts on", "starts at", "du"))
ENDS = frozenset(("end", "end date", "period end", "to", "until", "date fin", "date de fin", "fin",
                  "ends on", "ends at", "due date", "au", "echeance"))
MOST = 20_000

Pair = tuple[str, str]  # what the two columns say, "" for nothing


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns of one table that say its periods, and what their cells say together."""

    first: int
    second: int | None
    said: Mapping[Pair, str]


def join(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with the columns that say a period together as one."""
    made = []
    for raw in tables:
        kind = kind_of(raw) if raw.rows and not raw.left_out else None
        found = _found(desk, raw, kind) if kind in WHEN else None
        made.append(_joined(desk, raw, str(kind), found) if found else raw)
    return made


def _found(desk: Desk, raw: RawTable, kind: str | None) -> Columns | None:
    headers = [" ".join(plain(header).replace("_", " ").split()) for header in raw.columns]
    year, start = _first(headers, YEARS), _first(headers, STARTS)
    end, part = _first(headers, ENDS), _first(headers, MARKS)
    if year is not None and part is not None:
        pairs = _pairs(desk, raw, part, year)
        mark, is_fiscal = MARKS[headers[part]], headers[year] in ("fiscal year", "exercice")
        words = {(a, b): f"{mark if a.strip().isdigit() else ''}{a} {b}" for a, b in pairs}
        names = canonical(words.values(), "fiscal" if is_fiscal else headers[part])
        return _whole(part, year, pairs, {
            pair: names[word] for pair, word in words.items() if word in names})
    if start is not None and end is not None and WHEN[str(kind)] == "period":
        pairs = _pairs(desk, raw, start, end)
        return _whole(start, end, pairs, spanning(pairs))
    when = meant(raw, str(kind), WHEN[str(kind)])
    if when is None or WHEN[str(kind)] == "period" or meant(raw, str(kind), "end_date") is not None:
        return None
    pairs = _pairs(desk, raw, when)
    names = canonical((one for one, _ in pairs), headers[when],
                      year=year_in(raw.name, raw.file, raw.sheet))
    is_days = any(len(name) == len("2024-01-01") for name in names.values())
    if is_days or (kind == "subscription_mrr" and not _are_months(one for one, _ in pairs)):
        return None
    return _whole(when, None, pairs, {(one, ""): name for one, name in names.items()})


def _are_months(cells: Iterable[str]) -> bool:
    """Whether the cells are no days, which would be read as they are."""
    return not any(len(one) >= len("01/01/24") and one[0].isdigit() for one in cells)


def _first(headers: Sequence[str], words: Iterable[str]) -> int | None:
    return next((n for word in words for n, header in enumerate(headers) if header == word), None)


def _pairs(desk: Desk, raw: RawTable, first: int, second: int | None = None) -> list[Pair]:
    a, b = _said(first), _said(second)
    return [(one, other) for one, other in rows(desk.cursor, """
        SELECT DISTINCT {a} AS a, {b} AS b FROM {raw} AS raw WHERE {a} <> '' OR {b} <> ''
        ORDER BY a, b LIMIT {most}""", a=a, b=b, raw=Sql(raw.cells), most=Sql(str(MOST)))]


def _said(column: int | None) -> Sql:
    """SQL: the cell of a column, "" when it is empty or there is no such column."""
    return Sql("''") if column is None else fill("coalesce(raw.{c}, '')", c=cell(column))


def _whole(first: int, second: int | None, pairs: Sequence[Pair],
           said: Mapping[Pair, str]) -> Columns | None:
    """The columns, when most of their cells say periods together."""
    if not said or 2 * len(said) < len(pairs):
        return None
    return Columns(first=first, second=second, said=said)


def _joined(desk: Desk, raw: RawTable, kind: str, columns: Columns) -> RawTable:
    """The table with the period in place of the first column; the second one is gone.

    Where the two say no period together, what the first one says stays, to be refused in words.
    """
    headers = {"cost": ["start date", "end date"], "subscription_mrr": ["from date"]}.get(
        kind, ["period"])
    own = [n for n in range(len(raw.columns)) if n not in (columns.first, columns.second)]
    known = listed(fill("({a}, {b}, [{days}])", a=text(a), b=text(b), days=listed(
        text(day) for day in _dates(name, kind))) for (a, b), name in columns.said.items())
    made = [fill("raw.{c}", c=cell(n)) for n in own]
    made += [fill("coalesce(p.days[1], {said})", said=fill("raw.{c}", c=cell(columns.first))),
             *(fill("p.days[{k}]", k=Sql(str(k + 1))) for k in range(1, len(headers)))]
    select = fill("""
        SELECT raw."row", {made} FROM {raw} AS raw
        LEFT JOIN (VALUES {known}) AS p(a, b, days) ON p.a = {a} AND p.b = {b}
        """, made=listed(fill("{sql} AS {new}", sql=sql, new=cell(n))
                         for n, sql in enumerate(made)),
        raw=Sql(raw.cells), known=known, a=_said(columns.first), b=_said(columns.second))
    whole = desk.write(raw, select, [*(raw.columns[n] for n in own), *headers], table=kind)
    return replace(whole, bad=raw.bad, bad_rows=raw.bad_rows)


def _dates(name: str, kind: str) -> tuple[str, ...]:
    if kind in ("target", "forecast"):
        return (name,)
    period = parse_period(name, Fiscal())
    return (str(period.start), str(period.end))
