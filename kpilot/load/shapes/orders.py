"""A file of orders with one row for each thing sold: each order stands once, as its lines may.

Shops write what is of the whole order on the first of its rows, or again on each. Taken for orders,
the rows of one would contradict one another. Amounts that differ within an order are its lines':
they then make a table of their own, and the order's value is their sum.
"""

from collections.abc import Sequence
from dataclasses import replace

from kpilot.core.raw import RawTable
from kpilot.core.text import Text
from kpilot.load.headers import fold
from kpilot.load.meanings import exact
from kpilot.load.shapes.desk import SURE, Desk, cell, kind_of, meant, take
from kpilot.warehouse.sql import Sql, fill, listed, one

SOLD = ("product_id", "qty")
WHOLE = ("account_id", "ordered_at", "status")  # of an order, whatever is sold
NUMBERED = frozenset({"name", "nom"})  # what a shop calls the number of an order


def join_lines(desk: Desk, tables: Sequence[RawTable]) -> list[RawTable]:
    """The tables with each file of orders and things sold parted into the two."""
    made: list[RawTable] = []
    for raw in tables:
        made += _parted(desk, raw) if not raw.left_out and raw.rows and kind_of(raw) == "order" \
            else [raw]
    return made


def _parted(desk: Desk, raw: RawTable) -> list[RawTable]:
    sold = {field: n for field in SOLD
            if (n := meant(raw, "order_line", field)) is not None
            and not any(m.confidence > SURE for m in exact("order", raw.columns[n])[:1])}
    key = _key(desk, raw) if sold else None
    if key is None:
        return [raw]
    differs = one(desk.cursor, "SELECT {many} FROM (SELECT {counted} FROM {raw} GROUP BY {key})",
                  many=listed(fill("coalesce(bool_or({c} > 1), FALSE)", c=cell(n))
                              for n in range(len(raw.columns))),
                  counted=listed(fill("count(DISTINCT {c}) AS {c}", c=cell(n))
                                 for n in range(len(raw.columns))),
                  raw=Sql(raw.cells), key=cell(key))
    whole = [meant(raw, "order", field) for field in WHOLE]
    if not any(differs[n] for n in sold.values()) or any(n and differs[n] for n in whole):
        return [raw]  # versions of an order, not its lines
    kept = [n for n, many in enumerate(differs) if not many or n == key]
    first = listed(fill('arg_min({c}, "row") FILTER ({c} IS NOT NULL) AS {new}', c=cell(n),
                        new=cell(place)) for place, n in enumerate(kept))
    orders = desk.write(
        raw, fill('SELECT min("row") AS "row", {first} FROM {raw} GROUP BY {key}', first=first,
                  raw=Sql(raw.cells), key=cell(key)),
        ["order_id" if n == key and meant(raw, "order", "id") != key else raw.columns[n]
         for n in kept], table="order",
        notes=[Text("{file} has a row for each thing sold: each of its orders counts once.",
                    file=raw.name)])
    made = [replace(orders, bad=raw.bad, bad_rows=raw.bad_rows)]
    amount = meant(raw, "order", "net_amount")
    if amount is not None and differs[amount]:
        columns = {"order_id": key, **sold, "net_amount": amount}
        made.append(desk.write(raw, take(raw, [cell(n) for n in columns.values()]), [*columns],
                               name=f"{raw.name} order_line", table="order_line"))
    return made


def _key(desk: Desk, raw: RawTable) -> int | None:
    """The column that numbers the orders: on every row, and the same on several."""
    own = meant(raw, "order", "id")
    named = [n for n, header in enumerate(raw.columns) if fold(header) in NUMBERED]
    for n in (*([] if own is None else [own]), *named):
        filled, different = one(desk.cursor, "SELECT count({c}), count(DISTINCT {c}) FROM {raw}",
                                c=cell(n), raw=Sql(raw.cells))
        if different < filled == raw.rows:
            return n
    return None
