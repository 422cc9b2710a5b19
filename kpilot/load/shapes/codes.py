"""States of a record as a program keeps them: numbers for words, deletion as a status."""

from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.load.headers import plain
from kpilot.load.shapes.desk import Desk, cell, column, kind_of, meant, take
from kpilot.warehouse.sql import fill, listed, text

HEADERS = ("statecode", "state code")
WORDS = {
    "opportunity": {"0": "open", "1": "won", "2": "lost"},
    "lead": {"0": "open", "1": "qualified", "2": "disqualified"},
}
DELETED = frozenset(("deleted", "supprime", "supprimee", "removed", "trashed"))


def spell_out(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with words where a column of states has numbers, all of them known.

    A record whose status says that it is deleted has no status, and is deleted.
    """
    made = []
    for raw in tables:
        kind = kind_of(raw) if raw.rows and not raw.left_out else None
        if kind in WORDS:
            raw = _deleted(desk, raw, kind)
            n = column(raw, *HEADERS)
            if n is not None and {*desk.values(raw, n)} <= WORDS[kind].keys():
                raw = replace(raw, read_as=(*raw.read_as, (n, WORDS[kind])))
        made.append(raw)
    return made


def _deleted(desk: Desk, raw: RawTable, kind: str) -> RawTable:
    n = column(raw, "status", "statut")
    said = [word for word in desk.values(raw, n) if plain(word) in DELETED] if n is not None else []
    if n is None or not said:
        return raw
    is_deleted = fill("coalesce({own} IN ({said}), FALSE)", own=cell(n),
                      said=listed(map(text, said)))
    cells = [fill("CASE WHEN NOT {is_deleted} THEN {own} END", is_deleted=is_deleted, own=cell(n))
             if place == n else cell(place) for place in range(len(raw.columns))]
    columns = list(raw.columns)
    if meant(raw, kind, "is_deleted", "deleted_at") is None:
        columns.append("is deleted")
        cells.append(fill("CASE WHEN {is_deleted} THEN 'true' END", is_deleted=is_deleted))
    return replace(desk.write(raw, take(raw, cells), columns), bad=raw.bad, bad_rows=raw.bad_rows)
