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
from kpilot.load.work import Staged, Work
from kpilot.warehouse.sql import Sql, fill, listed, name, one, run

NULL = Sql("NULL::DATE")


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What one file covers; `horizon` is the day after its last past-facing date, if it has one."""

    fields: tuple[Coverage, ...]
    horizon: date | None


def reach(work: Work, staged: Staged) -> Reach:
    """Measure the accepted rows of a staged file in one pass."""
    fields, covered, last = tuple(_spoken(staged)), [], None
    measures = [Sql("count(*)")]
    for field in fields:
        measures += _measures(staged, field)
    found = iter(one(work.cursor, "SELECT {measures} FROM {rows} WHERE _fate <> 'refused'",
                     measures=listed(measures), rows=staged.rows))
    total = next(found)
    for field in fields:
        filled = next(found)
        days: list[date] = []
        if field.kind in ("instant", "date"):
            days = [local_date(day, work.tz) if isinstance(day, datetime) else day
                    for day in (next(found) for _ in range(4)) if day is not None]
        covered.append(Coverage(
            table=staged.table.name, field=field.name, first=min(days, default=None),
            last=max(days, default=None), filled=filled, rows=total,
            flags=("assumed_tz",) if f"assumed_tz.{field.name}" in staged.flags else ()))
        if field.past and days:
            last = max([day for day in (last, _last_past(work, staged, field, max(days))) if day],
                       default=None)
    return Reach(fields=tuple(covered), horizon=last + timedelta(days=1) if last else None)


def _spoken(staged: Staged) -> Iterator[Field]:
    """The table's fields whose columns the file fills; a status that the stage says is none."""
    for field in staged.table.all_fields:
        is_said = field.name != "status" or staged.column("status")
        if is_said and not field.virtual and (
                field.name in staged.columns or field.date_name in staged.columns):
            yield field


def _measures(staged: Staged, field: Field) -> Iterator[Sql]:
    at, on = _pair(staged, field)
    yield fill("count(coalesce({at}, {on}))", at=at, on=on) if on != NULL else fill(
        "count({at})", at=at)
    if field.kind in ("instant", "date"):
        for column in (at, on):
            yield fill("min({column})", column=column)
            yield fill("max({column})", column=column)


def _last_past(work: Work, staged: Staged, field: Field, last: date) -> date | None:
    """The last date that is not after the load; typing errors lie in the future."""
    today = local_date(work.now, work.tz)
    if last <= today:
        return last
    at, on = _pair(staged, field)
    found = one(work.cursor, """
        SELECT max({at}) FILTER (WHERE {at} < ?::TIMESTAMP), max({on}) FILTER (WHERE {on} <= ?)
        FROM {rows} WHERE _fate <> 'refused'
        """, work.now, today, at=at, on=on, rows=staged.rows)
    days = [local_date(day, work.tz) if isinstance(day, datetime) else day
            for day in found if day is not None]
    return max(days, default=None)


def _pair(staged: Staged, field: Field) -> tuple[Sql, Sql]:
    """SQL of the field's moment (or value) and of its date; NULL for the one it has not."""
    value = name(field.name) if field.name in staged.columns else Sql("NULL::TIMESTAMP")
    if field.kind == "instant" and field.date_name in staged.columns:
        return value, name(field.date_name)
    return value, NULL


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
    if covered:
        fields = [[work.load_id, c.table, c.field, c.first, c.last, c.filled, c.rows,
                   list(c.flags)] for c in covered]
        places = Sql(", ".join(["(?, ?, ?, ?, ?, ?, ?, ?)"] * len(fields)))
        run(work.cursor, "INSERT INTO kp_coverage VALUES {places}",
            *(value for values in fields for value in values), places=places)
