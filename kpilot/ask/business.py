"""What the data tell of the business itself, as plain counts over the last twelve months.

Only rows the reader may see are counted. What is not in the data is None, never a no.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlglot import exp

from kpilot.ask.facts import Cutoff
from kpilot.ask.measured_fields import run, visible
from kpilot.ask.measured_rows import ROWS, Rows, rows_of
from kpilot.core.rights import Reader
from kpilot.project import Project

DAYS = 365
CHANNEL = ("channel", "k", "k.id = r.channel_id")
SOLD = ("order", "opportunity")


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Rows of the last twelve months, those marked one way and those marked the other."""

    marked: int
    others: int

    @property
    def total(self) -> int:
        return self.marked + self.others


def models(project: Project, reader: Reader, cut: Cutoff) -> Counts:
    """Accounts marked B2B, and those marked B2C."""
    tree = visible(replace(ROWS["account"], dated=""), reader).select(
        exp.func("COUNT_IF", exp.condition("r.model = 'b2b'"), dialect="duckdb"),
        exp.func("COUNT_IF", exp.condition("r.model = 'b2c'"), dialect="duckdb"),
    )
    return _counts(_rows(tree, project, cut))


def motions(table: str, project: Project, reader: Reader, cut: Cutoff) -> Counts:
    """Rows of "lead" or "opportunity" whose channel is inbound, and outbound."""
    rows = rows_of(table)
    tree = visible(replace(rows, joins=(*rows.joins, CHANNEL)), reader).select(
        exp.func("COUNT_IF", exp.condition("k.motion = 'inbound'"), dialect="duckdb"),
        exp.func("COUNT_IF", exp.condition("k.motion = 'outbound'"), dialect="duckdb"),
    )
    return _counts(_rows(_lately(tree, rows), project, cut))


def returning(table: str, project: Project, reader: Reader, cut: Cutoff) -> Counts:
    """Customers who bought more than once, and once, by orders or by won opportunities."""
    rows = rows_of(table)
    tree = visible(rows, reader).where("r.account_id IS NOT NULL").group_by("r.account_id")
    kept = "coalesce(r.status, '') NOT IN ('draft', 'cancelled')"
    tree = tree.where(kept if table == "order" else "coalesce(r.status, g.kind) = 'won'")
    each = _lately(tree.select("COUNT(*) AS n"), rows).subquery("each_one")
    found = exp.select(
        exp.func("COUNT_IF", exp.condition("n > 1"), dialect="duckdb"),
        exp.func("COUNT_IF", exp.condition("n = 1"), dialect="duckdb"),
    ).from_(each)
    return _counts(_rows(found, project, cut))


def count(table: str, project: Project, reader: Reader, cut: Cutoff) -> int:
    """How many rows of a table there are."""
    rows = rows_of(table)
    tree = visible(rows, reader).select(exp.Count(this=exp.Star()))
    return int(str(_rows(_lately(tree, rows), project, cut)[0][0]))


def sellers(project: Project, reader: Reader, cut: Cutoff) -> int:
    """How many people own a lead, an opportunity or an order."""
    found: set[str] = set()
    for table in ("lead", *SOLD):
        rows = rows_of(table)
        joined = replace(rows, joins=(*rows.joins, ("agent", "p", f"p.id = {rows.owner}")))
        tree = visible(joined, reader).select("p.id").distinct()
        tree = tree.where("p.id IS NOT NULL", "coalesce(p.kind, 'human') = 'human'")
        found |= {str(one) for (one,) in _rows(_lately(tree, rows), project, cut)}
    return len(found)


def _lately(tree: exp.Select, rows: Rows) -> exp.Select:
    return tree.where(f"{rows.dated} >= :first", f"{rows.dated} < :end", dialect="duckdb")


def _rows(tree: exp.Select, project: Project, cut: Cutoff) -> list[tuple[object, ...]]:
    """The answer over the last twelve months, asked once for a version of the data."""
    place = ("business", cut.version, cut.at, tree.sql(dialect="duckdb"))
    if place not in project.memo:
        for old in [k for k in list(project.memo) if k[0] == "business" and k[1] < cut.version]:
            project.memo.pop(old, None)
        project.memo[place] = run(tree, project, cut.day - timedelta(DAYS), cut.day)
    found: list[tuple[object, ...]] = project.memo[place]
    return found


def _counts(rows: list[tuple[object, ...]]) -> Counts:
    marked, others = rows[0]
    return Counts(marked=int(str(marked or 0)), others=int(str(others or 0)))
