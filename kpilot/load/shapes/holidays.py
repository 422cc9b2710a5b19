"""Lists of days off: public holidays by their name, days a company is closed, days by their kind.

Such a list has a day and what it is called, and nobody writes "not a working day" beside Christmas.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import fold, phrase
from kpilot.load.shapes.cells import Column, all_read, day_reader, lookup, remade
from kpilot.load.shapes.desk import Desk, cell, column, meant
from kpilot.load.values import NO, YES
from kpilot.warehouse.sql import Sql, fill, text

DAYS_OFF = ("feries", "ferie", "holiday", "holidays", "fermeture", "fermetures", "closures",
            "closing days", "closed days", "chomes", "days off", "public holidays")
LISTS = (*DAYS_OFF, "calendar", "calendrier", "working days", "jours ouvres")
DATES = ("date", "jour", "day", "holiday date", "date jour ferie", "jour ferie", "date ferie", "le",
         "date fermeture")
STARTS, ENDS = ("du", "from", "start", "start date", "debut", "date debut",
                "de"), (
    "au", "to", "end", "end date", "fin", "date fin", "a", "until")
KINDS = ("type", "types", "kind", "day type", "type jour", "nature", "status", "statut")
TRUTHS = ("est jour ferie", "is holiday", "ferie", "is ferie", "jour ferie", "holiday",
          "is public holiday", "est ferie")
SAID = ("is_working", "fiscal_year", "fiscal_period", "season_weight")
OFF = ("holiday", "ferie", "weekend", "week end", "closed", "ferme", "fermeture", "off", "chome",
       "non working", "non ouvre", "repos", "bank")
AT_WORK = ("working", "work", "ouvre", "ouvrable", "business", "normal", "open", "ouvert")
SEASONS = ("observance", "season", "optional")
LONGEST = 400  # days of one closure


def fill_days(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with each list of days off as days that are not worked."""
    return [_filled(desk, raw) if raw.rows and not raw.left_out and not raw.table else raw
            for raw in tables]


def _filled(desk: Desk, raw: RawTable) -> RawTable:
    name = f" {phrase(raw.name)} {phrase(raw.sheet)} "
    if not any(f" {word} " in name for word in LISTS) \
            or any(meant(raw, "calendar_day", field) is not None for field in SAID):
        return raw
    is_off = any(f" {word} " in name for word in DAYS_OFF)
    start, end = column(raw, *STARTS), column(raw, *ENDS)
    if is_off and start is not None and end is not None:
        return _spans(desk, raw, start, end)
    when = column(raw, *DATES)
    if when is None:
        return raw
    kind = next((n for n, header in enumerate(raw.columns) if fold(header) in KINDS), None)
    if not is_off:
        if kind is None or not all_read(desk, raw, kind, _working):
            return raw
        return remade(desk, raw, [Column(header="Date", sql=cell(when)), Column(
            header="Working day", sql=lookup(desk, raw, kind, _working))], table="calendar_day")
    where = Sql("TRUE") if kind is None else fill(
        "{season} IS NULL", season=lookup(desk, raw, kind, _season))
    truth = column(raw, *TRUTHS)
    if truth is not None and all_read(desk, raw, truth, _truth):
        where = fill("{off} = 'off'", off=lookup(desk, raw, truth, _truth))
    made = remade(desk, raw, [Column(header="Date", sql=cell(when)),
                              Column(header="Working day", sql=text("no"))],
                  table="calendar_day", where=where, notes=[Text(
                      "Each day of {file} counts as a day on which nobody works.", file=raw.name)])
    return made if made.rows else raw


def _working(said: str) -> str | None:
    words = f" {phrase(said)} "
    if any(f" {word}" in words for word in OFF):
        return "no"
    return "yes" if any(f" {word}" in words for word in AT_WORK) else None


def _season(said: str) -> str | None:
    words = phrase(said)
    return words if any(word in words for word in SEASONS) else None


def _truth(said: str) -> str | None:
    word = said.strip().lower()
    return "off" if word in YES else "on" if word in NO else None


def _spans(desk: Desk, raw: RawTable, start: int, end: int) -> RawTable:
    """Each day from a closure's first to its last."""
    read = day_reader(desk, raw, start, end)
    if not all_read(desk, raw, start, read) or not all_read(desk, raw, end, read):
        return raw
    first, last = (lookup(desk, raw, n, lambda said: _iso(read(said))) for n in (start, end))
    made = desk.write(raw, fill("""
        SELECT row_number() OVER (ORDER BY "row", d) + 1 AS "row", strftime(d, '%Y-%m-%d') AS c0,
            'no' AS c1 FROM (SELECT "row", unnest(generate_series(CAST({first} AS TIMESTAMP),
            least(CAST({last} AS TIMESTAMP), CAST({first} AS TIMESTAMP) + {most}),
            INTERVAL 1 DAY)) AS d FROM {raw})""", first=first, last=last, raw=Sql(raw.cells),
        most=Sql(f"INTERVAL {timedelta(days=LONGEST).days} DAY")), ("Date", "Working day"),
        table="calendar_day", notes=[Text(
            "Each day of {file} counts as a day on which nobody works.", file=raw.name)])
    return made if made.rows else raw


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
