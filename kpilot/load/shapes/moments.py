"""A day in one column and the time of day in the next are one moment."""

import re
from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.load.headers import fold
from kpilot.load.shapes.desk import Desk, cell, kind_of, take
from kpilot.warehouse.sql import fill

KINDS = ("call", "activity", "email_event")
DAYS = ("date", "jour", "day")
TIMES = ("time", "heure", "hour")
_TIME = re.compile(r"\d{1,2}[:h]\d\d(:\d\d)?( ?[ap]m)?", re.IGNORECASE)


def join(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables of deeds with the time of day beside the day it belongs to."""
    return [_joined(desk, raw) if raw.rows and not raw.left_out and kind_of(raw) in KINDS else raw
            for raw in tables]


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
