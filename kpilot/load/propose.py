"""From raw tables to the plan a person is shown: what each file is, and what each column means."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from kpilot.core.errors import did_you_mean
from kpilot.core.raw import RawTable
from kpilot.core.tables import TABLES
from kpilot.core.text import Text
from kpilot.load import heard
from kpilot.load.aliases import NAMED, find_aliases
from kpilot.load.answers import merge, signature
from kpilot.load.content import Table, fill_gaps
from kpilot.load.headers import fold
from kpilot.load.kpi_columns import kpis_heard
from kpilot.load.labels import field_label
from kpilot.load.mapping import Choice, map_columns
from kpilot.load.memory import Memory
from kpilot.load.not_rows import without_lines
from kpilot.load.period_columns import with_periods
from kpilot.load.plan import Answers, ColumnPlan, Plan, Style, TableAnswers, TablePlan
from kpilot.load.profile import ColumnProfile, profile
from kpilot.load.recognise import foreign, recognise
from kpilot.load.shapes.lacking import lacks
from kpilot.load.stages import find_stages
from kpilot.load.targets import find, names

ENGINE: Mapping[str, str | int] = {"threads": 2, "memory_limit": "1GB"}


@dataclass(kw_only=True)
class _Draft:
    """One raw table while its plan is made; `said` holds fields that answers gave by column."""

    raw: RawTable
    profiles: list[ColumnProfile]
    table: str | None
    confidence: float
    answers: TableAnswers
    remembered: TableAnswers
    said: dict[int, str | None]
    known: dict[int, str | None]
    choices: list[Choice]


def propose(raw: Sequence[RawTable], memory: Memory, answers: Answers) -> Plan:
    """The whole plan for these tables: what is said wins, then what is remembered, then guesses."""
    notes: list[Text] = []
    conflicts: list[Text] = list(_unheard(raw, answers, notes))
    past = [memory.remembered(signature(table.columns)) for table in raw]
    drafts = [_draft(table, before, answers, notes, conflicts)
              for table, before in zip(raw, past, strict=True)]
    cursor = duckdb.connect(":memory:", config={**ENGINE})
    try:
        gaps = [draft for draft in drafts if draft.table and draft.raw.rows and _has_gaps(draft)]
        catalogues = _catalogues(drafts, cursor, memory) if gaps else {}
        for draft in gaps:
            if draft.table:
                given = Table(raw=draft.raw, table=draft.table, profiles=draft.profiles,
                              choices=draft.choices)
                draft.choices = fill_gaps(given, cursor, catalogues,
                                          frozenset({*draft.said, *draft.known}))
        rows_alone = (without_lines(_plan(draft), cursor) for draft in drafts)
        planned = tuple(with_periods(plan, cursor) for plan in rows_alone)
        tables = tuple(_useful(plan, draft.answers, notes, conflicts)
                       for plan, draft in zip(planned, drafts, strict=True))
        notes += [note for plan in tables
                  for note in (*_lacking(plan), *kpis_heard(plan, cursor, memory))]
        learnt = merge(*(before for before in past if before), answers)
        stages = find_stages(tables, cursor, memory, learnt.stages)
        aliases = find_aliases(tables, cursor, memory, learnt.aliases)
    finally:
        cursor.close()
    return Plan(source=learnt.source, tables=tables, stages=stages, aliases=aliases.aliases,
                notes=(*notes, *aliases.notes), conflicts=tuple(conflicts))


def said_of(raw: RawTable, answers: Answers) -> TableAnswers:
    """What was said of this table, under its own name, its file's or its sheet's."""
    own = {raw.name, raw.file, raw.sheet, raw.file.rpartition(".")[0]} - {""}
    for name, said in answers.tables.items():
        if name in own:
            return said
    plain = {fold(name) for name in own}
    return next((said for name, said in answers.tables.items() if fold(name) in plain),
                TableAnswers())


def _draft(raw: RawTable, before: Answers | None, answers: Answers, notes: list[Text],
           conflicts: list[Text]) -> _Draft:
    said = said_of(raw, answers)
    remembered = next(iter(before.tables.values()), TableAnswers()) if before else TableAnswers()
    if said.table and said.table != remembered.table:
        remembered = TableAnswers()
    found = recognise([n for n in (raw.name, raw.file, raw.sheet) if n], raw.columns)
    guess = raw.table or (None if raw.left_out else found.table)
    table = said.table or remembered.table or guess
    draft = _Draft(raw=raw, profiles=profile(raw), table=table, answers=said,
                   confidence=found.confidence if table == found.table and not (
                       said.table or remembered.table or raw.table) else 1.0,
                   remembered=remembered, said={}, known={},
                   choices=[Choice(field=None)] * len(raw.columns))
    if table is None:
        notes.append(Text("“{file}” is left out: {why}.", file=raw.name, why=_why_not(raw)))
        return draft
    draft.said = _fields(raw, table, said, conflicts)
    draft.known = {i: name for i, name in _fields(raw, table, remembered, []).items()
                   if i not in draft.said and (name is None or name not in draft.said.values())}
    conflicts += _doubled(raw, table, draft.said)
    mapped = map_columns(table, draft.profiles, {**draft.known, **draft.said})
    draft.choices = list(mapped.choices)
    notes += mapped.notes
    return draft


def _why_not(raw: RawTable) -> Text:
    """Why a file is no table of kpilot's, to stand after "is left out:"."""
    if raw.left_out:
        return raw.left_out
    about = foreign(raw.name)
    if about:
        return Text("kpilot keeps nothing of this kind (“{about}”)", about=about)
    return Text("its columns are not those of a table kpilot knows")


def _fields(raw: RawTable, table: str, said: TableAnswers,
            conflicts: list[Text]) -> dict[int, str | None]:
    """column → field as answered; what cannot be understood goes to `conflicts`."""
    fields: dict[int, str | None] = {}
    for header, wanted in said.columns.items():
        i = _index(raw, header)
        if i is None:
            conflicts.append(_with_hint(Text("“{file}” has no column “{column}”.", file=raw.name,
                                             column=header), header, raw.columns))
            continue
        target = find(table, wanted) if wanted else None
        if wanted and target is None:
            conflicts.append(_with_hint(
                Text("“{word}”, said of column “{column}” in “{file}”, is not a field of {table}.",
                     word=wanted, column=header, file=raw.name, table=table),
                wanted, list(names(table))))
            continue
        fields[i] = target.name if target else None
    return fields


def _index(raw: RawTable, header: str) -> int | None:
    if header in raw.columns:
        return raw.columns.index(header)
    plain = fold(header)
    return next((i for i, own in enumerate(raw.columns) if fold(own) == plain), None)


def _with_hint(text: Text, word: str, known: Sequence[str]) -> Text:
    hint = did_you_mean(word, known)
    return Text("{sentence} {hint}", sentence=text, hint=hint) if hint else text


def _doubled(raw: RawTable, table: str, said: Mapping[int, str | None]) -> Iterator[Text]:
    by_field: dict[str, list[str]] = {}
    for i, name in said.items():
        if name:
            by_field.setdefault(name, []).append(raw.columns[i])
    for name, columns in by_field.items():
        if len(columns) > 1:
            yield Text("Two columns of “{file}” for “{field}”: “{one}” and “{other}”. Keep one.",
                       file=raw.name, field=field_label(table, name), one=columns[0],
                       other=columns[1])


def _unheard(raw: Sequence[RawTable], answers: Answers, notes: list[Text]) -> Iterator[Text]:
    """Answers about files that are not here: a slip when nearly one that is, else only noted."""
    here = [name for table in raw for name in (table.name, table.file, table.sheet) if name]
    plain = {fold(name) for name in here} | {fold(n.rpartition(".")[0]) for n in here}
    for name in answers.tables:
        if fold(name) in plain:
            continue
        text = Text("The mapping speaks of “{name}”, which is not among these files.", name=name)
        if did_you_mean(name, here):
            yield _with_hint(text, name, here)
        else:
            notes.append(text)


def _has_gaps(draft: _Draft) -> bool:
    return any(choice.field is None and i not in draft.said and i not in draft.known
               for i, choice in enumerate(draft.choices))


def _catalogues(drafts: Sequence[_Draft], cursor: duckdb.DuckDBPyConnection,
                memory: Memory) -> dict[str, frozenset[str]]:
    """table → names and ids of its rows, from files of this load and from earlier ones."""
    found: dict[str, set[str]] = {
        table: {*memory.names(table), *memory.names(table).values()} for table in NAMED}
    for draft in drafts:
        for i, choice in enumerate(draft.choices):
            if draft.table in found and choice.field in ("name", "id") and draft.raw.rows:
                found[draft.table].update(heard.names(cursor, draft.raw, i))
    return {table: frozenset(named) for table, named in found.items() if named}


def _plan(draft: _Draft) -> TablePlan:
    columns = []
    for i, (shape, choice) in enumerate(zip(draft.profiles, draft.choices, strict=True)):
        field, confidence, reason = choice.field, choice.confidence, choice.reason
        if i in draft.said:
            field, confidence, reason = draft.said[i], 1.0, "said"
        elif i in draft.known:
            field, confidence, reason = draft.known[i], 1.0, "remembered"
        columns.append(ColumnPlan(
            index=i, header=shape.header, field=field, confidence=confidence, reason=reason,
            style=_style(draft, shape), samples=shape.samples))
    skip = draft.answers.skip or (draft.remembered.skip and not draft.answers.table)
    return TablePlan(raw=draft.raw, table=draft.table, signature=signature(draft.raw.columns),
                     columns=tuple(columns), confidence=draft.confidence,
                     skip=skip or draft.table is None)


def _style(draft: _Draft, shape: ColumnProfile) -> Style:
    """As said; else as the cells are clearly written; else as an earlier file's were taken."""
    said = draft.answers.styles.get(shape.header)
    before = draft.remembered.styles.get(shape.header) if shape.style.assumed else None
    return said or before or shape.style


def _useful(plan: TablePlan, said: TableAnswers, notes: list[Text],
            conflicts: list[Text]) -> TablePlan:
    """The plan, skipped when its rows would count nowhere; a conflict when its table was said."""
    if plan.table is None or plan.skip or not plan.raw.rows:
        return plan
    why = lacks(plan.table, {column.field for column in plan.columns})
    if why is None:
        return plan
    told = Text("“{file}” is left out: {why}.", file=plan.raw.name, why=why)
    if said.table:
        conflicts.append(told)
        return plan
    notes.append(told)
    return replace(plan, skip=True, raw=replace(plan.raw, left_out=why))


def _lacking(plan: TablePlan) -> Iterator[Text]:
    """Fields a table cannot do without and no column goes to."""
    if plan.table is None or plan.skip:
        return
    fields = {column.field for column in plan.columns}
    made = {"id", "pos", "kind"} | ({"name"} if {"first_name", "last_name"} & fields else set())
    for field in TABLES[plan.table].fields:
        if field.required and field.name not in fields | made:
            yield Text("“{file}” has no column for “{field}”.", file=plan.raw.name,
                       field=field_label(plan.table, field.name))
    ends = {"stage_id", "status", "won_at", "lost_at", "is_won", "is_lost", "is_closed",
            "closed_at"}
    if plan.table == "opportunity" and not ends & fields:
        yield Text("“{file}” does not say which opportunities are won or lost: all count as open.",
                   file=plan.raw.name)

