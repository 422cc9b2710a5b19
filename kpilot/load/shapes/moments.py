"""A day in one column and the time of day in the next are one moment.

Some programs give a meeting no start of its own: it is due when it begins.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.load.choices import value_of
from kpilot.load.headers import fold
from kpilot.load.shapes.desk import Desk, cell, column, kind_of, meant, take
from kpilot.warehouse.sql import fill, listed, text

KINDS = ("call", "activity", "email_event")
DAYS = ("date", "jour", "day")
TIMES = ("time", "heure", "hour")
_TIME = re.compile(r"\d{1,2}[:h]\d\d(:\d\d)?( ?[ap]m)?", re.IGNORECASE)


def join(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables of deeds with the time of day beside the day it belongs to."""
    return [_begun(desk, _joined(desk, raw))
            if raw.rows and not raw.left_out and kind_of(raw) in KINDS else raw for raw in tables]


def _begun(desk: Desk, raw: RawTable) -> RawTable:
    """The table with a start for its meetings, where only what they are due at is known."""
    due, kind = meant(raw, "activity", "due_at"), meant(raw, "activity", "kind")
    if kind_of(raw) != "activity" or due is None or kind is None \
            or meant(raw, "activity", "at") is not None:
        return raw
    meetings = [word for word in desk.values(raw, kind)
                if value_of("activity", "kind", word) == "meeting"]
    if not meetings:
        return raw
    time = column(raw, "due time", "heure d echeance", "heure echeance")
    has_time = time is not None and all(map(_TIME.fullmatch, desk.values(raw, time, 50)))
    start = fill("concat_ws(' ', {day}, {time})", day=cell(due), time=cell(time or 0)) \
        if has_time else cell(due)
    cells = [*map(cell, range(len(raw.columns))), fill(
        "CASE WHEN {kind} IN ({meetings}) AND {day} IS NOT NULL THEN {start} END", start=start,
        day=cell(due), kind=cell(kind), meetings=listed(map(text, meetings)))]
    made = desk.write(raw, take(raw, cells), [*raw.columns, "start"])
    return replace(made, bad=raw.bad, bad_rows=raw.bad_rows)


def _joined(desk: Desk, raw: RawTable) -> RawTable:
    folded = [fold(header) for header in raw.columns]
    for day, header in enumerate(folded):
        words = header.split()
        if not {*words} & {*DAYS} or "due" in words or "echeance" in words:
            continue
        beside = {" ".join(time if word in DAYS else word for word in words) for time in TIMES}
        time = next((n for n, other in enumerate(folded) if other in beside), None)
        if time is None or any(":" in said for said in desk.values(raw, day, 5)):
            continue
        said = desk.values(raw, time, 50)
        if not said or not all(map(_TIME.fullmatch, said)):
            continue
        cells = [fill("concat_ws(' ', {day}, {time})", day=cell(n), time=cell(time))
                 if n == day else cell(n) for n in range(len(raw.columns))]
        made = desk.write(raw, take(raw, cells), raw.columns)
        return replace(made, bad=raw.bad, bad_rows=raw.bad_rows)
    return raw
