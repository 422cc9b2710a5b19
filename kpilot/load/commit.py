"""A plan carried out: shown without leaving a trace, or written in one transaction.

Preview and commit are the same steps over the same rows; a preview's transaction is rolled back.
So what was shown is what is done, and a process killed at any point leaves nothing of the load.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from kpilot.core.errors import UserError
from kpilot.core.tables import TABLES
from kpilot.core.text import Text
from kpilot.load import control, coverage, refused
from kpilot.load.attributes import mention
from kpilot.load.changes import append_changes
from kpilot.load.compare import compare
from kpilot.load.first_rows import first_rows
from kpilot.load.history import next_id, record_load
from kpilot.load.learned import describe, learn
from kpilot.load.pipelines import create_stages, ensure_default_pipeline, plan_words
from kpilot.load.plan import Plan, TablePlan
from kpilot.load.references import imply
from kpilot.load.refused import Source, problems, source_of
from kpilot.load.report import Coverage, Implied, LoadReport, Preview, Progress, TableReport, silent
from kpilot.load.staging import stage
from kpilot.load.work import NAMED, Staged, Work, in_order
from kpilot.load.writing import changed_rows, insert_new, replace_rows
from kpilot.project import Project
from kpilot.warehouse.sql import Sql, fill, rows
from kpilot.warehouse.tables import undo_table


@dataclass(kw_only=True)
class Outcome:
    """What came of carrying out a plan, file by file."""

    tables: list[TableReport] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    implied: dict[str, list[str]] = field(default_factory=dict)
    covered: list[Coverage] = field(default_factory=list)
    last_day: date | None = None
    flags: set[str] = field(default_factory=set)
    builds_on: set[int] = field(default_factory=set)
    done: list[Staged] = field(default_factory=list)

    def horizon(self, tz: str) -> datetime | None:
        """Local midnight after the last past-facing date, as naive UTC."""
        return coverage.local_midnight(self.last_day, tz) if self.last_day else None


class _NotKept(Exception):
    """Ends a preview's transaction, so that nothing of it stays."""


def preview(
    plan: Plan, project: Project, progress: Progress = silent, *, now: datetime | None = None
) -> Preview:
    """What `commit` would do with the plan; the warehouse is as before."""
    found: Preview | None = None
    try:
        with _working(plan, project, now) as work:
            outcome = carry_out(work, progress, show_rows=True)
            listed_problems, count = problems(work.cursor, work.load_id, outcome.sources)
            found = Preview(
                source=plan.source, tables=tuple(outcome.tables), problems=listed_problems,
                problem_count=count, implied=_implied(outcome), coverage=tuple(outcome.covered),
                horizon=outcome.horizon(work.tz), flags=tuple(sorted(outcome.flags)),
                notes=plan.notes, conflicts=plan.conflicts)
            raise _NotKept
    except _NotKept:
        pass
    if found is None:
        raise AssertionError("a preview ends with what it found")
    return found


def commit(
    plan: Plan, project: Project, *, who: str, now: datetime | None = None,
    progress: Progress = silent,
) -> LoadReport:
    """Carry out the plan.

    UserError when it has conflicts or no file to load, or when a control total does not add up.
    """
    if plan.conflicts:
        raise UserError("{conflict}", conflict=plan.conflicts[0], code="conflict")
    if plan.tables and all(table.skip or table.table is None for table in plan.tables):
        if len(plan.tables) == 1 and plan.tables[0].raw.left_out:
            raise UserError("“{file}” is left out: {why}.", file=plan.tables[0].raw.name,
                            why=plan.tables[0].raw.left_out, code="all_left_out")
        raise UserError("All files are left out: nothing was loaded.", code="all_left_out",
                        hint=Text("Say which table each of them is."))
    started = _utc(now)
    with _working(plan, project, now) as work:
        outcome = carry_out(work, progress, show_rows=False)
        learn(work)
        listed_problems, count = problems(work.cursor, work.load_id, outcome.sources)
        report = LoadReport(
            id=work.load_id, who=who, source=plan.source,
            files=tuple(dict.fromkeys(source.file for source in outcome.sources)),
            started_at=started, finished_at=max(started, _utc(None) if now is None else started),
            tables=tuple(outcome.tables), problems=listed_problems, problem_count=count,
            implied=_implied(outcome), coverage=tuple(outcome.covered),
            horizon=outcome.horizon(work.tz), flags=tuple(sorted(outcome.flags)),
            notes=plan.notes)
        record_load(work.cursor, report, outcome.sources, outcome.builds_on)
    return report


@contextmanager
def _working(plan: Plan, project: Project, now: datetime | None) -> Iterator[Work]:
    with project.engine.transaction() as cursor:
        yield Work(cursor=cursor, plan=plan, load_id=next_id(cursor), now=_utc(now),
                   tz=project.settings.tz, currency=project.settings.currency,
                   language=project.settings.language)


def _utc(now: datetime | None) -> datetime:
    """Naive UTC, as the warehouse keeps moments."""
    moment = now or datetime.now(UTC)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def carry_out(work: Work, progress: Progress, *, show_rows: bool) -> Outcome:
    """Stage, compare, write and check every file of the plan, in the order of their tables."""
    plan_words(work)
    outcome, files = Outcome(), in_order(work.plan)
    for number, table_plan in enumerate(files):
        progress("stage", number, len(files))
        _carry_out_one(work, outcome, table_plan, number, progress, len(files),
                       show_rows=show_rows)
    images = Sql(" UNION ALL ".join(
        fill("SELECT undo_load_id, load_id FROM {undo}", undo=undo_table(table))
        for table in TABLES.values()))
    outcome.builds_on |= {int(row[0]) for row in rows(
        work.cursor, "SELECT DISTINCT load_id FROM ({images}) WHERE undo_load_id = ?",
        work.load_id, images=images)}
    outcome.builds_on.discard(work.load_id)
    progress("write", len(files), len(files))
    return outcome


def _carry_out_one(
    work: Work, outcome: Outcome, plan: TablePlan, number: int, progress: Progress, files: int,
    *, show_rows: bool,
) -> None:
    staged = stage(work, plan, number)
    progress("compare", number, files)
    outcome.builds_on |= compare(work, staged) | _referred_loads(work, staged)
    _add_names(outcome, imply(work, staged))
    _stages(work, staged, outcome)
    reached = coverage.reach(work, staged)
    horizon = (coverage.local_midnight(reached.horizon, work.tz) if reached.horizon else None)
    shown = first_rows(work, staged) if show_rows else ()
    progress("write", number, files)
    before = control.measure(work, staged)
    insert_new(work, staged)
    if staged.is_compared:
        changed = changed_rows(work, staged)
        append_changes(work, staged, changed, horizon)
        replace_rows(work, staged.table, changed)
    total = control.counts(staged)
    control.check(work, staged, before, total)
    describe(work, staged)
    _add_names(outcome, mention(work, staged, outcome.done, horizon))
    refused.keep(work, staged)
    coverage.record(work, reached.fields)
    outcome.done.append(staged)
    outcome.sources.append(source_of(staged))
    outcome.covered += reached.fields
    outcome.flags |= coverage.facts_of_the_source(work, staged)
    outcome.last_day = max(filter(None, (outcome.last_day, reached.horizon)), default=None)
    outcome.tables.append(TableReport(
        name=plan.raw.name, file=plan.raw.file, sheet=plan.raw.sheet, table=staged.table.name,
        counts=total, money=control.money(work, staged), first_rows=shown,
        notes=(*plan.raw.format.notes, *staged.notes, *_notes(work, staged))))


def _stages(work: Work, staged: Staged, outcome: Outcome) -> None:
    """Create the stages and the default pipeline that the file's rows use."""
    column = next((m for m in staged.mapped if m.target.field.references == "stage"
                   and not m.target.through), None)
    if column:
        made = create_stages(work, staged, staged.references[column.index], column.field)
        _add_names(outcome, {"stage": made} if made else {})
    if "pipeline_id" in staged.columns and set(staged.fates) - {"refused"}:
        ensure_default_pipeline(work, fill(
            "SELECT DISTINCT pipeline_id FROM {found}", found=(
                staged.references[column.index] if column else staged.rows)))


def _referred_loads(work: Work, staged: Staged) -> set[int]:
    """The loads that brought the rows to which this file refers."""
    found: set[int] = set()
    for mapped in staged.mapped:
        dictionary = staged.references.get(mapped.index)
        if dictionary and mapped.target.field.references:
            found |= {int(row[0]) for row in rows(work.cursor, """
                SELECT DISTINCT first_load_id FROM {table}
                WHERE id IN (SELECT id FROM {dictionary})
                """, table=mapped.target.field.references, dictionary=dictionary)}
    return found


def _notes(work: Work, staged: Staged) -> Iterator[Text]:
    """What a person should know about rows that were accepted."""
    if "deleted_at" in staged.columns:
        deleted = rows(work.cursor, """
            SELECT count(*) FROM {rows} WHERE _fate <> 'refused' AND {deleted} IS NOT NULL
            """, rows=staged.rows, deleted=Sql("coalesce(deleted_at, deleted_on)"))[0][0]
        if deleted:
            yield Text("Rows of {file} marked as deleted, which count in no figure: {n}.",
                       n=deleted, file=staged.plan.raw.name)
    # Of what has a name, each keeps to itself.
    if staged.table.name not in NAMED and "merged_into_id" in staged.columns:
        circling = rows(work.cursor, """
            WITH RECURSIVE merges AS (
                SELECT id, merged_into_id AS into_id, 1 AS hops FROM {table}
                WHERE merged_into_id IS NOT NULL
                UNION ALL
                SELECT m.id, t.merged_into_id, m.hops + 1
                FROM merges AS m JOIN {table} AS t ON t.id = m.into_id
                WHERE t.merged_into_id IS NOT NULL AND m.hops < 20)
            SELECT count(*) FROM merges AS m JOIN {rows} AS s ON s.id = m.id
            WHERE m.hops = 20 AND s._fate <> 'refused'
            """, table=staged.table.name, rows=staged.rows)[0][0]
        if circling:
            yield Text("Rows of {file} merged into one another in a circle, so that none of them"
                       " is left: {n}.", n=circling, file=staged.plan.raw.name)


def _add_names(outcome: Outcome, made: dict[str, list[str]]) -> None:
    for table, names in made.items():
        outcome.implied.setdefault(table, []).extend(names)


def _implied(outcome: Outcome) -> tuple[Implied, ...]:
    return tuple(Implied(table=table, count=len(names), names=tuple(names[:20]))
                 for table, names in outcome.implied.items())
