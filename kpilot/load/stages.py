"""The stages of a load: which are open, won or lost, and in which order, guessed until said.

What the rows show (a status, is_won, is_closed) beats what the names say; what a stage file says
beats both; what a person said beats all.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from kpilot.load.choices import value_of
from kpilot.load.headers import phrase
from kpilot.load.heard import counted
from kpilot.load.memory import Memory
from kpilot.load.plan import StageAnswer, StageKind, StagePlan, TablePlan
from kpilot.load.stage_words import number, percent, rank, said_kind, sequence
from kpilot.load.values import YES

MANY = 20
TRUE = frozenset(YES)


@dataclass(kw_only=True)
class Found:
    """One stage as the files show it, before anything is decided."""

    pipeline: str
    name: str
    rows: int = 0
    first: int = 0
    ends: Counter[StageKind] = field(default_factory=Counter)
    chances: Counter[float] = field(default_factory=Counter)
    undecided: int = 0  # rows that are said not to be won, or not to be lost, and no more
    told: StageKind | None = None
    pos: int | None = None

    @property
    def chance(self) -> float | None:
        """The usual probability of opportunities in this stage, as a fraction."""
        return self.chances.most_common(1)[0][0] if self.chances else percent(self.name)


def find_stages(tables: Sequence[TablePlan], cursor: duckdb.DuckDBPyConnection, memory: Memory,
                said: Mapping[str, StageAnswer]) -> tuple[StagePlan, ...]:
    """Every stage named in these tables, by pipeline and position."""
    live = [plan for plan in tables if plan.table and not plan.skip]
    listed = [f for plan in live if plan.table == "stage" for f in _from_list(plan, cursor)]
    pipelines = _pipeline_names(live, cursor, memory)
    ids = {identifier: found for identifier, found in listed if identifier}
    by_name = {(found.pipeline, found.name): found for _, found in listed}
    for plan in live:
        if plan.table in ("opportunity", "stage_history"):
            _add_rows(plan, cursor, ids, by_name)
    known = {(s.pipeline, phrase(s.name)): StageAnswer(kind=s.kind, pos=s.pos)
             for s in memory.stages()}
    groups: dict[str, list[Found]] = defaultdict(list)
    for found in by_name.values():
        found.pipeline = pipelines.get(found.pipeline, found.pipeline)
        groups[found.pipeline].append(found)
    return tuple(stage for _, group in sorted(groups.items())
                 for stage in _pipeline(group, known, {phrase(n): a for n, a in said.items()}))


def guess(names: Sequence[str]) -> tuple[StagePlan, ...]:
    """The stages of one pipeline from their names alone, in the order they are expected in."""
    found = [Found(pipeline="", name=name, first=i) for i, name in enumerate(names)]
    return tuple(_pipeline(found, {}, {}))


def _column(plan: TablePlan, name: str) -> int | None:
    return next((c.index for c in plan.columns if c.field == name), None)


def _pipeline_names(tables: Sequence[TablePlan], cursor: duckdb.DuckDBPyConnection,
                    memory: Memory) -> dict[str, str]:
    """id → name of pipelines, from a pipeline file and earlier loads."""
    known = dict(memory.names("pipeline"))
    for plan in tables:
        of, called = _column(plan, "id"), _column(plan, "name")
        if plan.table == "pipeline" and of is not None and called is not None:
            for seen in counted(cursor, plan.raw, [of, called]):
                known[seen.values[0] or ""] = seen.values[1] or ""
    return known


def _from_list(plan: TablePlan, cursor: duckdb.DuckDBPyConnection) -> list[tuple[str, Found]]:
    """The stages of a file of stages: (id, what it says)."""
    wanted = ("id", "name", "pipeline_id", "kind", "is_won", "is_closed", "probability", "pos",
              "is_lost")
    columns = [_column(plan, name) for name in wanted]
    if columns[0] is None and columns[1] is None:
        return []
    listed = []
    for seen in counted(cursor, plan.raw, columns, limit=10_000):
        identifier, name, pipeline, kind, won, closed, chance, pos, lost = seen.values
        found = Found(pipeline=pipeline or "", name=name or identifier or "", first=seen.first)
        found.told = "lost" if _yes(lost) else _told(kind, won, closed)
        if (probability := _fraction(chance)) is not None:
            found.chances[probability] = 1
            if columns[4] is None and columns[3] is None and _yes(closed):
                found.told = "won" if probability >= 1 else "lost"
        found.pos = int(pos) if pos and pos.lstrip("-").isdigit() else None
        listed.append((identifier or "", found))
    return listed


def _add_rows(plan: TablePlan, cursor: duckdb.DuckDBPyConnection, ids: Mapping[str, Found],
              by_name: dict[tuple[str, str], Found]) -> None:
    stage = _column(plan, "stage_id")
    if stage is None:
        return
    signs = [_column(plan, name)
             for name in ("pipeline_id", "status", "is_won", "is_closed", "is_lost")]
    chance = _column(plan, "probability")
    for seen in counted(cursor, plan.raw, [stage, *signs], average=chance, limit=20_000):
        name, pipeline, status, won, closed, lost = seen.values
        if name is None:
            continue
        found = ids.get(name) or by_name.get((pipeline or "", name)) or next(
            (f for (_, n), f in by_name.items() if n == name and pipeline is None), None)
        if found is None:
            found = Found(pipeline=pipeline or "", name=name, first=seen.first)
            by_name[(found.pipeline, name)] = found
        found.rows += seen.rows if plan.table == "opportunity" else 0
        end = _status(status, won, closed) or ("lost" if _yes(lost) else None)
        if end:
            found.ends[end] += seen.rows
        elif won is not None or lost is not None:
            found.undecided += seen.rows
        if seen.number is not None and plan.table == "opportunity":
            share = seen.number / 100 if seen.number > 1 else seen.number
            if 0 <= share <= 1:
                found.chances[round(share, 4)] += seen.rows


def _status(status: str | None, won: str | None, closed: str | None) -> StageKind | None:
    if status is not None:
        word = value_of("opportunity", "status", status)
        return _kind(word)
    return _told(None, won, closed)


def _told(kind: str | None, won: str | None, closed: str | None) -> StageKind | None:
    if kind is not None:
        return _kind(value_of("stage", "kind", kind) or said_kind(kind))
    if won is None and closed is None:
        return None
    if _yes(won):
        return "won"
    if closed is None:
        return None
    return "lost" if _yes(closed) and won is not None else None if _yes(closed) else "open"


def _kind(word: str | None) -> StageKind | None:
    kinds: tuple[StageKind, ...] = ("open", "won", "lost")
    return next((kind for kind in kinds if kind == word), None)


def _yes(cell: str | None) -> bool:
    return cell is not None and cell.strip().lower() in TRUE


def _fraction(cell: str | None) -> float | None:
    try:
        value = float((cell or "").replace("%", "").replace(",", ".").strip())
    except ValueError:
        return None
    return value / 100 if value > 1 or "%" in (cell or "") else value


def _pipeline(group: list[Found], known: Mapping[tuple[str, str], StageAnswer],
              said: Mapping[str, StageAnswer]) -> list[StagePlan]:
    """The stages of one pipeline in order, what was said or known put in force."""
    kinds = _kinds(group)
    answers = {f.name: said.get(phrase(f.name)) or known.get((f.pipeline, phrase(f.name)))
               for f in group}
    for found in group:
        answer = answers[found.name]
        if answer:
            kinds[found.name] = answer.kind
    ordered = _ordered([f for f in group if kinds[f.name] == "open"])
    ordered += sorted((f for f in group if kinds[f.name] == "won"), key=lambda f: f.first)
    ordered += sorted((f for f in group if kinds[f.name] == "lost"), key=lambda f: f.first)
    plans = [StagePlan(name=f.name, kind=kinds[f.name], pos=i, rows=f.rows, pipeline=f.pipeline,
                       guessed=answers[f.name] is None and f.told is None, probability=f.chance)
             for i, f in enumerate(ordered, 1)]
    if not any(answer and answer.pos is not None for answer in answers.values()):
        return plans
    placed = [replace(p, pos=answer.pos) if (answer := answers[p.name]) and answer.pos is not None
              else p for p in plans]
    return sorted(placed, key=lambda p: (p.pos, p.name))


def _kinds(group: Sequence[Found]) -> dict[str, StageKind]:
    """Told by a list of stages; else shown by the rows; else said by the name; else open.

    A CRM that keeps the status beside the stage (a won opportunity stays in "Negotiation") shows
    several ends in one stage: such a stage is open, and so are those that merely look pure.
    """
    words = {f.name: said_kind(f.name) for f in group}
    mixed = {f.name for f in group
             if len(f.ends) > 1 or (f.ends and f.undecided and not words[f.name])}
    beside = bool(mixed)
    kinds: dict[str, StageKind] = {}
    for f in group:
        only = next(iter(f.ends)) if len(f.ends) == 1 else None
        word = words[f.name]
        if f.told:
            kinds[f.name] = f.told
        elif f.name in mixed:
            kinds[f.name] = "open"
        elif only and not beside and (only == "open" or word or not _open_by_name(f)):
            kinds[f.name] = only
        elif word in ("won", "lost"):
            kinds[f.name] = _kind(word) or "open"
        elif word == "closed":
            others = {*words.values(), *kinds.values()}
            kinds[f.name] = "lost" if "won" in others and "lost" not in others else "won"
        else:
            kinds[f.name] = only if only and sum(f.ends.values()) >= MANY and not beside else "open"
    return kinds


def _open_by_name(found: Found) -> bool:
    """Whether a few rows of one end should not outweigh a name such as "Negotiation"."""
    return rank(found.name) is not None and sum(found.ends.values()) < MANY


def _ordered(group: Sequence[Found]) -> list[Found]:
    """Open stages: by their list, number, probability, known set, words, or first appearance."""
    if all(f.pos is not None for f in group):
        return sorted(group, key=lambda f: (f.pos or 0, f.first))
    numbers = {f.name: number(f.name) for f in group}
    if all(n is not None for n in numbers.values()):
        return sorted(group, key=lambda f: (numbers[f.name] or 0, f.first))
    ranks = {f.name: rank(f.name) for f in group}
    chances = [f.chance for f in group]
    if None not in chances and len({*chances}) > 1 and len({*chances}) * 2 > len(group):
        return sorted(group, key=lambda f: (f.chance or 0.0, ranks[f.name] or 0, f.first))
    known = sequence([f.name for f in group])
    if known:
        return sorted(group, key=lambda f: known[f.name])
    return sorted(group, key=lambda f: (_place(f, group, ranks), f.first))


def _place(found: Found, group: Sequence[Found], ranks: Mapping[str, int | None]) -> float:
    """The rank of the name; a name without one comes after the ranked one seen before it."""
    own = ranks[found.name]
    if own is not None:
        return own
    before = [f for f in group if f.first < found.first and ranks[f.name] is not None]
    if not before:
        return -0.5 if any(r is not None for r in ranks.values()) else 0.0
    return (ranks[max(before, key=lambda f: f.first).name] or 0) + 0.5
