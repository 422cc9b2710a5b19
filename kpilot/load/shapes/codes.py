"""Numbers that stand for words: the state of a record, as a program's own tables keep it."""

from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.load.shapes.desk import Desk, column, kind_of

HEADERS = ("statecode", "state code")
WORDS = {
    "opportunity": {"0": "open", "1": "won", "2": "lost"},
    "lead": {"0": "open", "1": "qualified", "2": "disqualified"},
}


def spell_out(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with words where a column of states has numbers, all of them known."""
    made = []
    for raw in tables:
        words = WORDS.get(kind_of(raw) or "") if raw.rows and not raw.left_out else None
        n = column(raw, *HEADERS) if words else None
        if words and n is not None and {*desk.values(raw, n)} <= words.keys():
            raw = replace(raw, read_as=(*raw.read_as, (n, words)))
        made.append(raw)
    return made
