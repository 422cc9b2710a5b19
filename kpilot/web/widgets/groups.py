"""A figure by one dimension, as widgets draw it: the largest parts, and what is left as one."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpilot.core import format as written
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.core.text import Both, folded
from kpilot.web.kpis import breakdown, words
from kpilot.web.kpis.breakdown import BY_NAME
from kpilot.web.widgets.asking import Asking

COLOURS = ("c1", "c2", "c3", "c4", "c5", "c6")
OTHER = "c-other"
CENT = 0.005


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a whole; `identity` is the group's id, "" for the others taken together."""

    identity: str
    label: str
    value: float
    colour: str
    href: str = ""


def is_additive(kpi: Kpi) -> bool:
    """Whether parts of the KPI add up to the whole."""
    return kpi.additive and kpi.measure.kind == "sum" and not kpi.by


def not_additive(kpi: Kpi) -> UserError:
    """Why a KPI cannot be drawn as parts of a whole."""
    return UserError(
        "{kpi} does not add up over its parts, so it cannot be drawn as shares of a whole. Take "
        "bars instead.",
        kpi=Both(en=kpi.names["en"], fr=kpi.names["fr"]),
        code="not_additive",
    )


def named(card: Asking, row: Row, dimension: str) -> str:
    """The name of a row's group, as people read it."""
    return words.value_label(dimension, row.dims[dimension])


def grouped(card: Asking, dimension: str) -> Sequence[Row]:
    """The rows with a group and a figure, in the order of their names."""
    rows = card.rows(by=(dimension,), compare=None)
    lacking = next((row for row in rows if row.reason and dimension not in row.dim_ids), None)
    if lacking is not None:
        raise no_figure(lacking)
    return [row for row in rows if dimension in row.dim_ids and row.value is not None]


def no_figure(row: Row) -> UserError:
    """Why there is nothing to draw, from the figure that is not there."""
    return UserError("{why}", why=words.why(row), code="no_figure")


def no_rows() -> UserError:
    """Nothing happened in the period."""
    return UserError("There are no rows in this period.", code="no_rows")


def nothing(rows: Sequence[Row]) -> UserError:
    """Why nothing of these rows can be drawn."""
    return no_figure(rows[0]) if rows and rows[0].reason else no_rows()


def one_sign(kpi: Kpi, rows: Sequence[Row]) -> None:
    """UserError when parts pull in different directions: shares would mean nothing."""
    if any((row.value or 0) < 0 for row in rows):
        raise UserError(
            "Some parts of {kpi} are below zero: shares of the whole would mean nothing.",
            kpi=Both(en=kpi.names["en"], fr=kpi.names["fr"]),
            code="mixed_signs",
        )


def adds_up(card: Asking, rows: Sequence[Row]) -> None:
    """UserError when the parts come to more than the whole: rows that are in several parts."""
    whole = card.rows(compare=None)[0]
    together = sum(float(row.value or 0) for row in rows)
    if whole.value is None or abs(together - float(whole.value)) <= max(CENT, 1e-9 * together):
        return
    kpi, currency = card.kpi, whole.currency
    raise UserError(
        "The parts come to {parts}, the whole to {whole}: some rows are in several parts. Take "
        "bars instead.",
        parts=words.figure(together, kpi, currency),
        whole=words.figure(whole.value, kpi, currency),
        code="overlapping",
    )


def in_order(rows: Sequence[Row], dimension: str) -> Sequence[Row]:
    """People and teams by name, for nobody is ranked; other groups by size."""
    if dimension not in BY_NAME:
        return sorted(rows, key=lambda row: -float(row.value or 0))
    return sorted(rows, key=lambda row: name_order(row.dims[dimension]))


def name_order(name: str) -> tuple[bool, str]:
    """Where a name stands in a list of names: accents apart, "(none)" last."""
    return name.startswith("("), folded(name)


def order_note(dimension: str) -> Sequence[str]:
    """What is said of groups that stand by name."""
    return (_("In the order of names: nobody is ranked."),) if dimension in BY_NAME else ()


def largest(
    card: Asking, rows: Sequence[Row], dimension: str, most: int
) -> tuple[Sequence[Part], frozenset[str]]:
    """The largest groups as parts, those left as one; and the ids of those left.

    Of `most` + 1 groups none is left: "Others (1)" would say less than its name. People and teams
    stand in the order of their names.
    """
    order = sorted(rows, key=lambda row: -float(row.value or 0))
    order = [row for row in order if row.value]
    shown, left = (order, []) if len(order) <= most else (order[: most - 1], order[most - 1 :])
    parts = [
        Part(
            identity=row.dim_ids[dimension],
            label=named(card, row, dimension),
            value=float(row.value or 0),
            colour=colour,
            href=breakdown.href(row, card.board, dimension, ""),
        )
        for row, colour in zip(in_order(shown, dimension), COLOURS, strict=False)
    ]
    if left:
        count = written.number(len(left), words.language())
        value = sum(float(row.value or 0) for row in left)
        label = _("Others (%(n)s)") % {"n": count}
        parts.append(Part(identity="", label=label, value=value, colour=OTHER))
    return parts, frozenset(row.dim_ids[dimension] for row in left)


def share_of(part: float, whole: float) -> str:
    """A part of the whole as a percentage."""
    return written.percent(part / whole, words.language()) if whole else ""
