"""How far a load's facts reach: per field the first and last date and how many cells are filled.

Written to kp_coverage for every field a file speaks for, and read back with the horizon of kp_load
by whoever asks for figures; an undone load's rows are gone. Dates are business dates: those of the
source, or a moment's date in the organisation's zone. A date after the load counts in no horizon.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kpilot.core.schema import Field
from kpilot.load.report import Coverage
from kpilot.load.sql import Sql, fill, listed, one, run
from kpilot.load.work import Staged, Work


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What one file covers; `horizon` is the day after its last past-facing date, if it has one."""

    fields: tuple[Coverage, ...]
    horizon: date | None


def reach(work: Work, staged: Staged) -> Reach:
    """Measure the accepted rows of a staged file in one pass."""
    fields = tuple(_spoken(staged))
    today = local_date(work.now, work.tz)
    accepted = Sql("_fate <> 'refused'")
    measures = [fill("count(*) FILTER (WHERE {accepted})", accepted=accepted)]
    for field in fields:
        measures += _measures(staged, field, work, today)
    found = iter(one(work.cursor, "SELECT {measures} FROM {rows}", measures=listed(measures),
                     rows=staged.rows))
    total, covered, last = next(found), [], None
    for field in fields:
        filled = next(found)
        first_at, last_at, first_on, last_on, past_at, past_on = (
            [next(found) for _ in range(6)] if field.kind in ("instant", "date") else [None] * 6)
        firsts = [day for day in (_day(first_at, work.tz), first_on) if day]
        lasts = [day for day in (_day(last_at, work.tz), last_on) if day]
        covered.append(Coverage(
            table=staged.table.name, field=field.name, first=min(firsts, default=None),
            last=max(lasts, default=None), filled=filled, rows=total,
            flags=("assumed_tz",) if f"assumed_tz.{field.name}" in staged.flags else ()))
        if field.past:
            last = max([day for day in (last, _day(past_at, work.tz), past_on) if day],
                       default=None)
    return Reach(fields=tuple(covered), horizon=last + timedelta(days=1) if last else None)


def _spoken(staged: Staged) -> Iterator[Field]:
    """The table's fields whose columns the file fills."""
    for field in staged.table.all_fields:
        if not field.virtual and (
                field.name in staged.columns or field.date_name in staged.columns):
            yield field


def _measures(staged: Staged, field: Field, work: Work, today: date) -> Iterator[Sql]:
    at, on = _pair(staged, field)
    yield fill("count(*) FILTER (WHERE _fate <> 'refused' AND coalesce({at}, {on}) IS NOT NULL)",
               at=at, on=on)
    if field.kind not in ("instant", "date"):
        return
    now, day = Sql(f"TIMESTAMP '{work.now.isoformat()}'"), Sql(f"DATE '{today.isoformat()}'")
    for column in (at, on):
        for measure in ("min", "max"):
            yield fill("{measure}({column}) FILTER (WHERE _fate <> 'refused')",
                       measure=Sql(measure), column=column)
    yield fill("max({at}) FILTER (WHERE _fate <> 'refused' AND {at} < {now})", at=at, now=now)
    yield fill("max({on}) FILTER (WHERE _fate <> 'refused' AND {on} <= {day})", on=on, day=day)


def _pair(staged: Staged, field: Field) -> tuple[Sql, Sql]:
    """SQL of the field's moment and of its date; NULL for the one it has not."""
    at = Sql(f'"{field.name}"') if field.name in staged.columns else Sql("NULL::TIMESTAMP")
    if field.kind == "instant":
        has_date = field.date_name in staged.columns
        return at, Sql(f'"{field.date_name}"') if has_date else Sql("NULL::DATE")
    if field.kind == "date":
        return Sql("NULL::TIMESTAMP"), at
    return at, Sql("NULL")


def _day(moment: datetime | None, tz: str) -> date | None:
    return local_date(moment, tz) if moment else None


def local_date(moment: datetime, tz: str) -> date:
    """The business date in `tz` of a naive UTC moment."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tz)).date()


def local_midnight(day: date, tz: str) -> datetime:
    """The naive UTC moment at which `day` starts in `tz`."""
    start = datetime.combine(day, time.min, tzinfo=ZoneInfo(tz))
    return start.astimezone(UTC).replace(tzinfo=None)


def facts_of_the_source(work: Work, staged: Staged) -> set[str]:
    """Flags that are true of this file whatever is asked of it later (rules G1, G5, G6)."""
    found = {flag for flag in staged.flags if "." not in flag}
    has = set(staged.columns)
    if any(flag.startswith("assumed_tz.") for flag in staged.flags):
        found.add("assumed_tz")
    if staged.table.has("currency") and "currency" not in has and any(
            m.target.field.kind == "money" for m in staged.mapped):
        found.add("assumed_currency")
    if staged.table.name == "opportunity":
        if "created_at" not in has and "started_at" in has:
            found.add("created_at_proxy")
        if "amount" in has and _losses_are_zero(work, staged):
            found.add("zero_lost_is_null")
    if staged.column("is_deleted") and not staged.column("updated_at"):
        found.add("deleted_at_unknown")
    return found


def _losses_are_zero(work: Work, staged: Staged) -> bool:
    lost, zeros = one(work.cursor, """
        SELECT count(*), count(*) FILTER (WHERE amount = 0) FROM {rows} AS s
        LEFT JOIN stage AS k ON k.id = {stage}
        WHERE s._fate <> 'refused' AND coalesce({status}, k.kind) = 'lost'
        """, rows=staged.rows,
        stage=Sql("s.stage_id" if "stage_id" in staged.columns else "NULL"),
        status=Sql("s.status" if "status" in staged.columns else "NULL"))
    return bool(lost >= 20 and zeros >= 0.95 * lost)


def record(work: Work, covered: tuple[Coverage, ...]) -> None:
    """Write what was measured to kp_coverage."""
    for one_field in covered:
        run(work.cursor, "INSERT INTO kp_coverage VALUES (?, ?, ?, ?, ?, ?, ?, ?)", work.load_id,
            one_field.table, one_field.field, one_field.first, one_field.last, one_field.filled,
            one_field.rows, list(one_field.flags))
