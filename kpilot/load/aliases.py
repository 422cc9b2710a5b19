"""Names of a load that look like known ones: offered as aliases, with how many rows say which.

Known are the names of a catalogue in the same load and of the warehouse. Without either, the more
frequent of two spellings in the same column stands for the other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from kpilot.core.text import Text
from kpilot.load.labels import table_label
from kpilot.load.memory import Memory
from kpilot.load.near import Near, Pair, code, keys, near, typos
from kpilot.load.plan import AliasPlan, TablePlan
from kpilot.load.spoken import known_names, listen, rows_saying

NAMED = ("product", "agent", "account", "team", "channel", "campaign", "pipeline", "stage")
RARE = 0.2  # without a catalogue, a misspelling has at most this share of the other's rows


@dataclass(frozen=True, kw_only=True)
class Aliases:
    """The aliases proposed and what could not be compared."""

    aliases: tuple[AliasPlan, ...]
    notes: tuple[Text, ...] = ()


def find_aliases(tables: Sequence[TablePlan], cursor: duckdb.DuckDBPyConnection, memory: Memory,
                 said: Mapping[str, Mapping[str, str | None]]) -> Aliases:
    """Near-miss names of every table that has names, with the rows that say each."""
    live = [plan for plan in tables if plan.table and not plan.skip]
    aliases: list[AliasPlan] = []
    notes: list[Text] = []
    for table in NAMED:
        ids = memory.names(table)
        spoken = listen(live, cursor, table, [*ids, *(name for name in ids.values() if name)])
        answered = {**_remembered(memory, table), **said.get(table, {})}
        if not spoken.unknown and not answered and not spoken.more:
            continue
        close, cut = _candidates(table, spoken.unknown, cursor)
        wanted = {*answered, *(name for name in answered.values() if name),
                  *(pair.known for pair in close)}
        heard = Counter(spoken.unknown | rows_saying(cursor, [*wanted]))
        if cut or spoken.more:
            notes.append(Text("{n} names of “{table}” are too many to compare them all: "
                              "some near spellings may be missing.",
                              n=spoken.more or len(spoken.unknown), table=table_label(table)))
        aliases += _decided(table, close, answered, heard)
    return Aliases(aliases=tuple(aliases), notes=tuple(notes))


def _candidates(table: str, unknown: Mapping[str, int],
                cursor: duckdb.DuckDBPyConnection) -> tuple[tuple[Pair, ...], bool]:
    if not unknown:
        return (), False
    found = near(table, unknown, known_names(cursor))
    done = {pair.heard for pair in found.pairs}
    own = _within(table, unknown, [name for name in unknown if name not in done])
    return (*found.pairs, *own.pairs), found.cut or own.cut


def _within(table: str, heard: Mapping[str, int], unknown: Sequence[str]) -> Near:
    """Two spellings in the same column: the rarer one for the more frequent."""
    pairs: list[Pair] = []
    left = [name for name in unknown if not code(name)]
    for key in keys(table):
        alike: dict[str, list[str]] = defaultdict(list)
        for name in left:
            alike[key(name)].append(name)
        left = []
        for written, group in alike.items():
            if len(group) == 1:
                left += group
                continue
            chosen = max(group, key=lambda name: (heard[name], name))
            left.append(chosen)
            others = [name for name in group if name != chosen and len(written) > 1]
            pairs += [Pair(heard=name, known=chosen, confidence=key.sure(name, chosen))
                      for name in others]
    close = typos(left)
    rare = [pair for pair in close.pairs if heard[pair.heard] <= RARE * heard[pair.known]]
    return Near(pairs=(*pairs, *rare), cut=close.cut)


def _decided(table: str, pairs: Sequence[Pair], answered: Mapping[str, str | None],
             heard: Counter[str]) -> Iterator[AliasPlan]:
    seen = set()
    for pair in sorted(pairs, key=lambda p: (-p.confidence, -heard[p.heard], p.heard)):
        seen.add(pair.heard)
        decided, accepted, confidence = pair.known, None, pair.confidence
        if pair.heard in answered:
            answer = answered[pair.heard]
            decided, accepted = answer or pair.known, answer is not None
            confidence = 1.0 if answer else pair.confidence
        yield AliasPlan(table=table, heard=pair.heard, known=decided, rows=heard[pair.heard],
                        known_rows=heard[decided], confidence=confidence, accepted=accepted)
    for name, answer in answered.items():
        if name not in seen and name in heard and answer is not None and answer != name:
            yield AliasPlan(table=table, heard=name, known=answer, rows=heard[name],
                            known_rows=heard[answer], confidence=1.0, accepted=True)


def _remembered(memory: Memory, table: str) -> dict[str, str | None]:
    """Name heard → known name, as decided earlier (the warehouse keeps ids)."""
    ids = memory.names(table)
    return {heard: None if known is None else ids.get(known, known)
            for heard, known in memory.aliases(table).items()}
