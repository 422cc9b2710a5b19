"""More rows than the engine keeps in one group, where a small test would see nothing."""

from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from kpilot.load.plan import TablePlan
from kpilot.load.undo import undo
from tests.load.conftest import Desk

MANY = 150_000


def many(desk: Desk, amount: str, rows: int = MANY) -> TablePlan:
    table = desk.table("opportunity", "id; owner; amount\n 1; Ann; 1", "id owner_id amount")
    numbers = [str(n) for n in range(rows)]
    pq.write_table(pa.table({
        "row": pa.array(range(2, rows + 2), pa.int64()), "c0": numbers,
        "c1": [f"Agent {n % 7}" for n in range(rows)], "c2": [amount] * rows,
    }), table.raw.parquet)
    return replace(table, raw=replace(table.raw, rows=rows))


def test_a_load_that_changes_every_one_of_many_rows_and_its_undoing(desk: Desk) -> None:
    """An INSERT of no row before a large one lost the large one's rows (see `sql.append`)."""
    desk.load(many(desk, "1.01"))
    report = desk.load(many(desk, "2.02"))
    assert (report.counts.updated, report.counts.new) == (MANY, 0)
    assert desk.ask("SELECT count(*), sum(amount) FROM opportunity") == [
        (MANY, MANY * Decimal("2.02"))]
    undo(desk.project, 2, who="mia")
    assert desk.ask("SELECT count(*), sum(amount), max(load_id) FROM opportunity") == [
        (MANY, MANY * Decimal("1.01"), 1)]
    assert desk.ask("SELECT count(*) FROM amount_history") == [(0,)]


def test_many_refused_rows_are_all_kept(desk: Desk) -> None:
    report = desk.load(many(desk, "sixty"))
    assert (report.counts.refused, report.problem_count) == (MANY, MANY)
    assert desk.ask('SELECT count(*), count(DISTINCT "row") FROM kp_refused') == [(MANY, MANY)]
