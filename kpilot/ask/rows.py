"""The rows behind a model: read through the same scan as any figure, so rights and filters hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlglot import exp

from kpilot.ask.figures import Figure
from kpilot.ask.scans import Asking, Key, Parts, scan_of
from kpilot.core.calendar import Period, ranged
from kpilot.core.compile import conditions, dimension_column, row_values
from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.nodes import filled_row
from kpilot.core.text import Both, Text

Figures = dict[tuple[Period, Key], Figure]
Ask = Callable[[Asking, Kpi, Sequence[Period]], Figures]
LONG_AGO = date(1900, 1, 1)


def before(day: date) -> Period:
    """All days before `day`."""
    return ranged(min(LONG_AGO, day - timedelta(1)), day)


def rows_of(
    asking: Asking,
    kpi: Kpi,
    span: Period,
    columns: Mapping[str, exp.Expr],
    groups: Sequence[str] = (),
) -> list[tuple[Key, tuple[Any, ...]]]:
    """Key and `columns` of each row dated in `span` that the KPI's `where` keeps, in a fixed order.

    groups  columns to group by, those not among them being aggregates
    """
    check_whole(asking, kpi)
    scan = scan_of(asking, [kpi], [span])
    values = row_values(scan)
    dims = [dimension_column(DIMENSIONS[name], scan) for name in scan.dims]
    tree = scan.source()
    for name, column in zip(scan.dims, dims, strict=True):
        tree.select(exp.alias_(column, name), copy=False)
    for name, expression in columns.items():
        tree.select(exp.alias_(filled_row(expression, values), name), copy=False)
    for condition in conditions(scan):
        tree.where(condition, copy=False)
    if kpi.measure.where is not None:
        tree.where(filled_row(kpi.measure.where, values), copy=False)
    if groups:
        by = [filled_row(columns[name], values) for name in groups]
        tree.group_by(*(column.copy() for column in dims), *by, copy=False)
    places = [exp.Literal.number(n + 1) for n in range(len(dims) + len(columns))]
    tree.order_by(*places, copy=False)
    width = len(dims)
    return [(tuple(str(v) for v in row[:width]), row[width:]) for row in asking.run(tree)]


def check_whole(asking: Asking, kpi: Kpi) -> None:
    """UserError when rows would count in parts: a model counts each of them whole."""
    mode = asking.attribution(kpi)
    if mode in ("touch_equal", "split"):
        raise UserError(
            "“{kpi}” cannot be attributed by “{mode}”.",
            kpi=Both(en=kpi.names["en"], fr=kpi.names["fr"]),
            mode=mode,
            hint=Text("Take owner_at_event, owner_current or owner_first."),
            code="no_attribution",
        )


def own_dimension(
    asking: Asking, kpi: Kpi, name: str
) -> tuple[Asking, Kpi, Callable[[Key, str], Key]]:
    """The question without the dimension `name`, which the model makes itself, and how an id of
    it is put back into a key."""
    dims = asking.dims(kpi)
    if name not in dims:
        return asking, kpi, lambda key, _: key
    place = dims.index(name)
    inner = tuple(one for one in dims if one != name)
    return (
        by_dims(asking, inner),
        replace(kpi, by=()),
        lambda key, value: (*key[:place], value, *key[place:]),
    )


def by_dims(asking: Asking, dims: Sequence[str]) -> Asking:
    """The same question broken down by `dims`; what runs is noted with the rest."""
    return replace(asking, query=asking.query.but(by=tuple(dims)))


def grouped(
    rows: Sequence[tuple[Key, tuple[Any, ...]]],
) -> dict[Key, list[tuple[Any, ...]]]:
    """Key → its rows, in their order."""
    found: dict[Key, list[tuple[Any, ...]]] = {}
    for key, row in rows:
        found.setdefault(key, []).append(row)
    return found


def noted(parts: Parts) -> tuple[dict[str, int], tuple[str, ...]]:
    """What a scan counted beside the figure: rows left out by reason, and flags."""
    excluded = {name[2:]: int(n) for name, n in parts.items() if name.startswith("x_") and n}
    return excluded, tuple(name[2:] for name, n in parts.items() if name.startswith("f_") and n)


def is_ahead(asking: Asking, window: Period) -> bool:
    """Whether no day of the window is seen yet."""
    return window.start >= asking.cut.day
