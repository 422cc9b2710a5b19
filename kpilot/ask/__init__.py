"""The only way to a number: `ask(query, project)`.

A comparison is the same question over another period; a formula (growth, attainment) is the same
question about another KPI. Every surface asks here, so two surfaces cannot show two numbers.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import duckdb

from kpilot.ask import facts
from kpilot.ask.catalog import additions, catalog, is_own
from kpilot.ask.compare import change
from kpilot.ask.credit import credited, is_credited_anew
from kpilot.ask.evaluate import figures
from kpilot.ask.facts import Cutoff
from kpilot.ask.figures import Figure
from kpilot.ask.fiscal import fiscal
from kpilot.ask.grains import is_too_fine
from kpilot.ask.hidden import explained
from kpilot.ask.horizon import own_cutoff
from kpilot.ask.intervals import add_intervals
from kpilot.ask.names import names
from kpilot.ask.own import unworkable
from kpilot.ask.scans import Asking, Key, start, undated
from kpilot.ask.windows import periods
from kpilot.core.calendar import Period, like_for_like
from kpilot.core.compile import AGENT_DIMS
from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.kpi import Kpi
from kpilot.core.nodes import literal
from kpilot.core.query import Query
from kpilot.core.result import Change, Result, Row
from kpilot.core.text import folded
from kpilot.project import Project

__all__ = ["ask", "catalog"]

RESULTS = ("results",)
KEPT_RESULTS, KEPT_ROWS = 500, 100_000


def ask(
    query: Query,
    project: Project,
    *,
    now: datetime | None = None,
    sla_seconds: int | None = None,
    intervals: bool = True,
) -> Result:
    """The answer to `query`, with intervals, flags, exclusions and the SQL that ran.

    now          the clock (naive UTC); only data before it and before `query.as_of` are seen
    sla_seconds  another delay for answering leads than the project's, for this question
    intervals    False leaves them out, for a drawing without: half the time of most of its steps
    """
    cut = facts.cutoff(project, query.as_of, now or facts.utc_now())
    kept: dict[object, Result] = project.memo.setdefault(RESULTS, {})
    place = (query, cut, additions(project), sla_seconds, intervals)
    found = kept.get(place)
    if found is None:
        found = kept[place] = _answer(query, project, cut, sla_seconds, intervals)
        _forget(kept)
    return found


def _forget(kept: dict[object, Result]) -> None:
    """Drop the oldest results beyond what is kept: a row of a figure takes some 1.5 kB.

    Other threads write meanwhile: listing a plain dictionary is one step, that of an OrderedDict
    compares keys on the way.
    """
    there = list(kept.items())
    rows = sum(len(one.rows) for _, one in there)
    for position, (place, one) in enumerate(there[:-1]):
        if len(there) - position <= KEPT_RESULTS and rows <= KEPT_ROWS:
            break
        kept.pop(place, None)
        rows -= len(one.rows)


def _answer(
    query: Query, project: Project, cut: Cutoff, sla_seconds: int | None, intervals: bool
) -> Result:
    known = catalog(project)
    asking = start(query, project, known, cut)
    if sla_seconds is not None:  # only measures read it, so no fact is made anew
        asking.values = {**asking.values, "sla_seconds": literal(sla_seconds)}
    rows: list[Row] = []
    for name in query.kpis:
        own = own_cutoff(project, known, known[name], cut, query.as_of)
        try:
            made = _rows(replace(asking, cut=own, scanned={}), known[name], intervals)
        except duckdb.Error as error:
            if not is_own(project, name):
                raise
            raise unworkable(known[name], error) from error
        for row in made if own.at < cut.at else ():
            row.flags.append("ends_early")
        rows += made
    return Result(
        query=query,
        rows=rows,
        as_of=cut.at,
        horizon=cut.horizon,
        data_version=cut.version,
        sql=tuple(dict.fromkeys(asking.sql)),
        attribution={name: credited(asking, known[name]) for name in query.kpis},
    )


def _rows(asking: Asking, kpi: Kpi, intervals: bool) -> list[Row]:
    own, mode = fiscal(asking.project, asking.cut.version), asking.query.compare
    spans = periods(asking.query, asking.cut, own)
    if any(is_too_fine(kpi, span) for span in spans):
        too_fine = Figure(reason=f"finer_than_{kpi.min_grain}")
        return [_row(asking, kpi, span, (), too_fine) for span in spans]
    pairs = {
        span: like_for_like(span, mode, asking.cut.whole, own) for span in spans
    } if mode and kpi.measure.kind != "growth" else {}  # fmt: skip
    windows = [*spans, *(window for pair in pairs.values() for window in pair)]
    made = figures(asking, kpi, list(dict.fromkeys(windows)))
    keys: dict[Period, list[Key]] = {}
    for window, key in made:
        keys.setdefault(window, []).append(key)
    is_anew = is_credited_anew(asking, kpi)
    rows = []
    for span in spans:
        for key in keys.get(span, ()):
            row = _row(asking, kpi, span, key, made[span, key])
            if is_anew and row.n:
                row.flags.append("no_owner_history")
            if span in pairs:
                this, base = pairs[span]
                now, before = made.get((this, key), Figure()), made.get((base, key), Figure())
                row.compare = _change(kpi, now, before, pairs[span])
            rows.append(row)
    if intervals:
        add_intervals(asking, kpi, rows)
    return _finished(asking, kpi, rows)


def _row(asking: Asking, kpi: Kpi, span: Period, key: Key, made: Figure) -> Row:
    flags = list(made.flags)
    if key and asking.attribution(kpi) == "touched" and set(asking.dims(kpi)) & set(AGENT_DIMS):
        flags.append("counted_for_each")
    return Row(
        kpi=kpi.name,
        period=span,
        dims={},
        dim_ids=dict(zip(_dims(asking, kpi, key), key, strict=True)),
        value=made.value,
        num=made.num,
        den=made.den,
        n=made.n,
        lo=made.lo,
        hi=made.hi,
        method=made.method,
        unit=kpi.unit,
        currency=asking.project.settings.currency if kpi.unit == "currency" else "",
        partial=asking.cut.whole < span.end,
        flags=flags,
        reason=made.reason,
        partial_value=made.partial_value,
        excluded=dict(made.excluded),
        mean=made.mean,
    )


def _dims(asking: Asking, kpi: Kpi, key: Key) -> tuple[str, ...]:
    """The dimensions of a key; none when what is missing is missing for every group."""
    return asking.dims(kpi) if key else ()


def _change(kpi: Kpi, this: Figure, base: Figure, windows: tuple[Period, Period]) -> Change:
    reason = "outside_coverage" if base.reason == "outside_coverage" else ""
    if not reason and any("left_truncated" in one.flags for one in (this, base)):
        reason = "left_truncated"
    return change(kpi.unit, this.value, base.value, windows, reason)


def _finished(asking: Asking, kpi: Kpi, rows: list[Row]) -> list[Row]:
    """Names put beside ids, undated rows counted, in order of name, id and period."""
    called = {name: _called(asking, name, rows) for name in asking.dims(kpi)}
    is_total = not asking.dims(kpi) and not kpi.is_formula
    missing_dates = undated(asking, kpi) if is_total else {}
    for row in rows:
        row.dims = {name: called[name].get(i, i) for name, i in row.dim_ids.items()}
        if is_total:
            row.excluded |= missing_dates
    if not asking.dims(kpi) and asking.query.reader.agent_ids is None:
        rows = [explained(row, kpi, asking.catalog, asking.project, asking.cut) for row in rows]
    return sorted(rows, key=lambda row: (_order(row.dims.values()), _order(row.dim_ids.values()),
                                         row.period.start))  # fmt: skip


def _order(names_: Iterable[str]) -> list[tuple[bool, int, str]]:
    """By name, numbers by their size, what belongs to nobody last."""
    return [
        (name.startswith("("), int(name) if name.isdecimal() else -1, folded(name))
        for name in names_
    ]


def _called(asking: Asking, name: str, rows: list[Row]) -> dict[str, str]:
    table = DIMENSIONS[name].table
    if not table:
        return {}
    return names(asking.project, table, sorted({row.dim_ids[name] for row in rows if row.dim_ids}))
