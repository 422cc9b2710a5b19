"""The tortoise and the hare: how fast people close beside how many of their customers stay."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpilot.analysis.tortoise import FEWEST_AGENTS
from kpilot.core import format as written
from kpilot.core.format import Value
from kpilot.core.result import Row
from kpilot.web.kpis import words
from kpilot.web.shell.drawing import shares
from kpilot.web.team.desk import Desk
from kpilot.web.team.tables import Cell, Column, Table, by_agent, lines, total_line

LABELS = ("star", "hare", "tortoise", "watch")


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One person in the plot, in percent of it; `side` is where the name has room."""

    name: str
    x: float
    y: float
    said: str
    is_sure: bool
    is_you: bool
    side: str


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Cycle from left (fast) to right (slow), retention upwards; the group's two means as lines."""

    dots: Sequence[Dot]
    cycle: float
    retention: float
    ends: tuple[str, str, str, str]
    label: str


@dataclass(frozen=True, kw_only=True)
class Loyalty:
    """What is to be said, drawn and listed. `why` says why there is nothing."""

    sentences: Sequence[str]
    together: str
    plot: Plot | None
    table: Table | None
    why: str


def loyalty(desk: Desk) -> Loyalty:
    """Each person's cycle and retention at the end of the period. They look back two years, so that
    a pseudonym would be known again from one period to the next: those are left out."""
    desk = desk.of_named()
    rows = desk.each("cycle_vs_retention")
    placed = {agent: row for agent, row in by_agent(rows).items() if agent in desk.circle.shown}
    whole = desk.together("cycle_vs_retention_correlation")
    pooled = whole[0] if whole else None
    if not placed:
        why = words.why(rows[0]) if rows else _("No customer was won long enough ago.")
        return Loyalty(sentences=(), together="", plot=None, table=None, why=why)
    is_compared = len(placed) > 1
    return Loyalty(
        sentences=_sentences(desk, placed, pooled) if is_compared and pooled else (),
        together=_together(pooled) if pooled and is_compared else "",
        plot=_plot(desk, placed, pooled) if is_compared and pooled else None,
        table=_table(desk, placed, pooled, is_compared=is_compared),
        why="",
    )


def _quadrant(row: Row) -> str:
    return next((flag for flag in row.flags if flag in LABELS), "insufficient")


def _sentences(desk: Desk, placed: dict[str, Row], pooled: Row) -> Sequence[str]:
    """Those who stand apart by more than chance explains, in the order of names."""
    said = {
        "hare": _("%(name)s closes fast (%(cycle)s against %(all_cycle)s) and keeps fewer "
                  "customers (%(kept)s against %(all_kept)s): the hare. Ask what is promised, "
                  "and to whom."),
        "tortoise": _("%(name)s takes longer (%(cycle)s against %(all_cycle)s) and keeps more "
                      "customers (%(kept)s against %(all_kept)s): the tortoise. That time is well "
                      "spent."),
        "star": _("%(name)s closes fast (%(cycle)s against %(all_cycle)s) and keeps more customers "
                  "(%(kept)s against %(all_kept)s). Worth learning from."),
        "watch": _("%(name)s takes longer (%(cycle)s against %(all_cycle)s) and keeps fewer "
                   "customers (%(kept)s against %(all_kept)s). The accounts may be harder: look at "
                   "them first."),
    }  # fmt: skip
    found = []
    for agent, name in desk.circle.shown.items():
        row = placed.get(agent)
        if row is None or "confident" not in row.flags or _quadrant(row) not in said:
            continue
        found.append(said[_quadrant(row)] % {
            "name": name, "cycle": _days(row.mean), "all_cycle": _days(pooled.mean),
            "kept": _share(row.value), "all_kept": _share(_retention(pooled)),
        })  # fmt: skip
    return found


def _together(pooled: Row) -> str:
    """Whether slow sales and loyal customers go together, in words."""
    if pooled.value is None:
        return _("Whether speed and loyalty go together cannot be said of fewer than %(n)s "
                 "people.") % {"n": FEWEST_AGENTS}  # fmt: skip
    given = {"n": written.number(pooled.n, words.language()),
             "rho": written.decimal(pooled.value, words.language(), 2)}  # fmt: skip
    if "significant" not in pooled.flags:
        return _("Over %(n)s people, speed and loyalty do not go together more than by chance "
                 "(rank correlation %(rho)s).") % given  # fmt: skip
    if pooled.value > 0:
        return _("Over %(n)s people, those who take longer keep more customers (rank correlation "
                 "%(rho)s). That is not yet a cause.") % given  # fmt: skip
    return _("Over %(n)s people, those who close faster keep more customers (rank correlation "
             "%(rho)s). That is not yet a cause.") % given  # fmt: skip


def _plot(desk: Desk, placed: dict[str, Row], pooled: Row) -> Plot | None:
    known = {agent: row for agent, row in placed.items() if _quadrant(row) != "insufficient"}
    kept = _retention(pooled)
    if not known or pooled.mean is None or kept is None:
        return None
    cycles = [float(row.mean or 0) for row in known.values()] + [float(pooled.mean)]
    rates = [float(row.value or 0) for row in known.values()] + [kept]
    wide, high = _axis(cycles), _axis(rates, most=1.0)
    xs, ys = shares(cycles, wide), shares(rates, high)
    dots = []
    for (agent, row), x, y in zip(known.items(), xs, ys, strict=False):
        sure = "confident" in row.flags
        name = desk.circle.shown[agent]
        dots.append(Dot(
            name=name, x=x, y=100 - y, is_sure=sure, is_you=agent == desk.person.agent_id,
            said=_("%(name)s: %(cycle)s, %(kept)s of %(n)s customers kept")
            % {"name": name, "cycle": _days(row.mean), "kept": _share(row.value), "n": row.n},
            side="end" if x > 60 else "start",
        ))  # fmt: skip
    return Plot(
        dots=dots,
        cycle=xs[-1],
        retention=100 - ys[-1],
        ends=(_days(wide[0]), _days(wide[1]), _share(high[0]), _share(high[1])),
        label=_("Median cycle across, customers kept upwards, %(n)s people. All together: "
                "%(cycle)s, %(kept)s.")
        % {"n": len(dots), "cycle": _days(pooled.mean), "kept": _share(kept)},
    )  # fmt: skip


def _axis(values: Sequence[float], most: float | None = None) -> tuple[float, float]:
    low, high = min(values), max(values)
    air = (high - low) * 0.12 or abs(high) * 0.1 or 1
    top = high + air
    return max(0.0, low - air), min(top, most) if most is not None else top


def _table(desk: Desk, placed: dict[str, Row], pooled: Row | None, *, is_compared: bool) -> Table:
    def cells(agent: str) -> list[Cell]:
        row = placed.get(agent)
        label = _label(row) if is_compared else ""
        return [*_figures(row), *([Cell(value=label, text=label)] if is_compared else [])]

    total = None
    if pooled is not None:
        kept = _retention(pooled)
        size = _("%(num)s of %(n)s") % {"num": pooled.num, "n": pooled.den}
        total = total_line(desk, [
            Cell(value=pooled.mean, text=_days(pooled.mean)),
            Cell(value=kept, text=_share(kept), note=size),
            *([Cell(value="", text="")] if is_compared else []),
        ])  # fmt: skip
    return Table(
        name="speed-and-loyalty",
        title=_("Speed and loyalty"),
        columns=[Column(label=_("Median cycle")), Column(label=_("Customers kept")),
                 *([Column(label=_("In words"), num=False, wide=True)] if is_compared else [])],
        lines=lines(desk, cells),
        total=total,
    )  # fmt: skip


def _figures(row: Row | None) -> list[Cell]:
    missing = written.missing(words.language())
    if row is None:
        return [Cell(value=None, text=missing), Cell(value=None, text=missing)]
    few = _quadrant(row) == "insufficient"
    size = _("%(num)s of %(n)s") % {"num": row.num or 0, "n": row.den or 0}
    return [
        Cell(value=row.mean, text=_days(row.mean)),
        Cell(value=row.value, note=size if row.den else "",
             text=_("too few to say") if few and row.den else _share(row.value)),
    ]  # fmt: skip


def _label(row: Row | None) -> str:
    """A quadrant in words; what may be chance says so."""
    if row is None or _quadrant(row) == "insufficient":
        return _("too few to say")
    if "confident" not in row.flags:
        return _("as all: the difference may be chance")
    return {
        "star": _("fast, and customers stay"),
        "hare": _("fast, but customers leave"),
        "tortoise": _("slow, and customers stay"),
        "watch": _("slow, and customers leave"),
    }[_quadrant(row)]


def _retention(pooled: Row) -> float | None:
    return float(pooled.num or 0) / float(pooled.den) if pooled.den else None


def _days(value: float | None) -> str:
    return written.figure(None if value is None else round(value), "days", words.language())


def _share(value: Value | None) -> str:
    language = words.language()
    return written.missing(language) if value is None else written.percent(value, language, 0)
