"""Columns that say when an opportunity entered each stage are its history.

CRMs give a list of opportunities a column for each stage: `Date entered "Offer (Sales Pipeline)"`,
or `hs_v2_date_entered_offer`. Each filled cell is one change of stage. Where the last of a record's
dates is not that of the stage it stands in, its dates are of other visits: they are left aside.
"""

import re
from collections.abc import Mapping, Sequence

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import plain
from kpilot.load.shapes.desk import Desk, cell, kind_of, meant, with_mark
from kpilot.load.values import letters
from kpilot.warehouse.sql import Sql, fill, listed, one, text

LEAST = 2
_HEADER = re.compile(
    r"(?:property_)?(?:hs_)?(?:v2_)?(?:latest_)?(?:date[_ ]entered|date d[’']entree)"
    r"(?:[_ ](?:dans|a|en|in|into)(?=[_ ]))?"
    r"(?:[_ ](?:l[’']etape|la phase|le statut|stage)(?=[_ ]))?[_ :]*"
    r"[\"“« ]*(?P<stage>[^\"“”«»]+?)[\"”» ]*")
_PIPELINE = re.compile(r"\s*\([^()]*\)$")
_ISO = r"^\d{4}-\d\d-\d\d([ T]\d\d:\d\d.*)?$"


def split(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables, and the history of stages that each file of opportunities has in its columns."""
    made = list(tables)
    if any(kind_of(raw) == "stage_history" for raw in tables):
        return made
    for raw in tables:
        if raw.rows and not raw.left_out and kind_of(raw) == "opportunity":
            made += _history(desk, raw)
    return made


def _history(desk: Desk, raw: RawTable) -> list[RawTable]:
    record, stage = meant(raw, "opportunity", "id"), meant(raw, "opportunity", "stage_id")
    if record is None or stage is None:
        return []
    found = _stages(raw, desk.values(raw, stage))
    if len(found) < LEAST or not _are_dates(desk, raw, found):
        return []
    entries = fill("""
        SELECT raw."row" AS nth, {record} AS record, {stage} AS stage, unnest([{entries}]) AS e
        FROM {raw} AS raw""", raw=Sql(raw.cells), record=cell(record), stage=cell(stage),
        entries=listed(fill("struct_pack(stage := {said}, at := {at})", said=text(said), at=cell(n))
                       for n, said in found.items()))
    known = fill("""
        SELECT *, last_value(e.stage) OVER (PARTITION BY nth ORDER BY e.at, e.stage = stage
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS latest
        FROM ({entries}) WHERE e.at IS NOT NULL AND record IS NOT NULL""", entries=entries)
    aside = one(desk.cursor, "SELECT count(DISTINCT nth) FROM ({known}) WHERE latest <> stage",
                known=known)[0]
    columns, cells = with_mark(raw, ("opportunity_id", "stage", "entered at"),
                               (Sql("record"), Sql("e.stage"), Sql("e.at")))
    select = fill("""
        SELECT row_number() OVER (ORDER BY k.nth, k.e.at) AS "row", {cells} FROM ({known}) AS k
        {mark} WHERE k.latest = k.stage
        """, known=known, cells=listed(fill("{sql} AS {new}", sql=sql, new=cell(n))
                                       for n, sql in enumerate(cells)),
        mark=fill('JOIN {raw} AS raw ON raw."row" = k.nth', raw=Sql(raw.cells)))
    notes = [Text("“{file}” says when each stage was entered: that is its history.",
                  file=raw.name)]
    if aside:
        notes.append(Text("Records whose last date is not that of their stage, without a history:"
                          " {n}.", n=aside))
    return [desk.write(raw, select, columns, name=f"{raw.name} stage_history",
                       table="stage_history", notes=notes)]


def _stages(raw: RawTable, heard: Sequence[str]) -> Mapping[int, str]:
    """Column of dates → the stage it is of, as the column of stages writes it."""
    known = {letters(word): word for word in heard}
    found, written = dict[int, str](), dict[int, tuple[str, str]]()
    for n, header in enumerate(raw.columns):
        told = _HEADER.fullmatch(plain(header).strip())
        if told is None:
            continue
        said, before = told["stage"], told.string[:told.start("stage")]
        names = (said, _PIPELINE.sub("", said), re.sub(r"_\d+$", "", said))
        own = next((known[letters(name)] for name in names if letters(name) in known), None)
        if own:
            found[n] = own
        written[n] = before, own or _PIPELINE.sub("", _as_written(header, said))
    # A stage that nobody stands in now is known by its header, written as those of the others.
    ways = {written[n][0] for n in found}
    return {n: stage for n, (before, stage) in written.items() if before in ways}


def _as_written(header: str, stage: str) -> str:
    """The stage's part of the header, with its capitals and accents."""
    at = plain(header).find(stage)
    same = len(plain(header)) == len(header)
    return header[at:at + len(stage)] if same else stage


def _are_dates(desk: Desk, raw: RawTable, found: Mapping[int, str]) -> bool:
    """Whether every filled cell is a day or a moment with its year first."""
    wrong = listed((fill("count(*) FILTER (NOT regexp_matches({c}, {iso}))", c=cell(n),
                         iso=text(_ISO)) for n in found), between=" + ")
    filled = listed((fill("count({c})", c=cell(n)) for n in found), between=" + ")
    bad, all_ = one(desk.cursor, "SELECT {wrong}, {filled} FROM {raw}", wrong=wrong, filled=filled,
                    raw=Sql(raw.cells))
    return bool(all_) and not bad
