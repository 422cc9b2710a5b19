"""What moved and the bottleneck, ready to be drawn: rows, marks, words and links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.analysis.bottleneck import Finding
from kpilot.analysis.intervals import wilson
from kpilot.analysis.mix import Effect, Split
from kpilot.core import format as written
from kpilot.core.query import Filter
from kpilot.core.text import folded
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.monday import sentences as say
from kpilot.web.monday.moves import Move
from kpilot.web.monday.slipping import Opportunity
from kpilot.web.monday.stages import Funnel
from kpilot.web.shell.drawing import own_axis, shares
from kpilot.web.shell.parts import Range

ROWS = 7
BY_NAME = ("team",)


@dataclass(frozen=True, kw_only=True)
class WaterRow:
    """One effect of a waterfall, in percent of its width; `tone` up is good, down is bad."""

    label: str
    detail: str
    href: str
    start: float
    width: float
    text: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Story:
    """One move: the finding, its effects and where to look further."""

    finding: str
    href: str
    rows: Sequence[WaterRow]
    zero: float
    note: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stage of the funnel against its own past."""

    label: str
    rate: str
    delta: str
    arrow: str
    range: Range | None
    usual: str
    size: str
    href: str
    hot: bool
    early: str


def story(move: Move, state: State, project: Project) -> Story:
    """The move with its waterfall, where a dimension explains it."""
    kpi, pair, found = move.kpi, move.pair, move.split
    currency = project.settings.currency if kpi.unit == "currency" else ""
    address = reverse("kpi", args=[kpi.name])
    is_mix = move.kind == "mix"
    finding = say.moved(
        kpi, move.change, dimension=move.dimension, is_mix=is_mix,
        mix=(found.mix or 0.0) if found else 0.0, is_simpson=bool(found and found.is_simpson),
    )  # fmt: skip
    total = _("%(from_to)s %(when)s: %(change)s %(against)s.") % {
        "from_to": say.from_to(kpi, move.before, move.after, currency),
        "when": say.inside(pair.this, state.today.fiscal),
        "change": say.effect(kpi, move.change, currency),
        "against": say.against(pair.base, state.today.fiscal),
    }  # fmt: skip
    rows, zero = _waterfall(move, state, currency, address) if found else ((), 50.0)
    return Story(
        finding=finding, href=move_href(move, state), rows=rows, zero=zero,
        note=f"{total} {_weights(move)}".strip(),
        summary="; ".join(f"{row.label} {row.text}" for row in rows),
    )  # fmt: skip


def move_href(move: Move, state: State) -> str:
    """The KPI's page in the period that moved, taken apart by what explains it."""
    return state.link(
        reverse("kpi", args=[move.kpi.name]), period=move.pair.this.key,
        by=move.dimension or None, grain=None,
    )  # fmt: skip


def opportunity_href(opportunity: Opportunity, state: State) -> str:
    """The rows of the deal's account among the open deals."""
    if not opportunity.account:
        return state.link(reverse("records", args=["open_pipeline"]))
    kept = [str(one) for one in state.query.where if one.dimension != "account"]
    where = Filter(dimension="account", values=(opportunity.account,))
    return state.link(reverse("records", args=["open_pipeline"]), where=[*kept, str(where)])


def _waterfall(
    move: Move, state: State, currency: str, address: str
) -> tuple[Sequence[WaterRow], float]:
    found = move.split or Split()
    effects = sorted(found.effects, key=lambda e: -abs(e.rate))
    shown, rest = (effects, []) if len(effects) <= ROWS else (effects[: ROWS - 1], effects[6:])
    if move.dimension in BY_NAME:
        shown.sort(key=lambda e: folded(_name(move, e)))
    parts = [(e, e.rate) for e in shown]
    others = sum(effect.rate for effect in rest)
    values = [rate for _, rate in parts] + ([others] if rest else []) + [found.mix or 0.0]
    axis = (min(0.0, *values), max(0.0, *values))
    zero = shares([0.0], axis)[0]

    def row(label: str, detail: str, value: float, href: str = "") -> WaterRow:
        place = shares([value], axis)[0]
        good = (value > 0) == (move.kpi.direction != "down")
        return WaterRow(
            label=label, detail=detail, href=href, start=round(min(place, zero), 2),
            width=round(max(abs(place - zero), 0.4), 2),
            text=say.effect(move.kpi, value, currency), tone="up" if good else "down",
        )  # fmt: skip

    rows = [
        row(_name(move, e), _ends(move, e, currency), rate, _href(move, e, state, address))
        for e, rate in parts
    ]
    if rest:
        rows.append(row(_("Others"), "", others))
    rows.append(row(say.opened(say.mix_of(move.dimension)), "", found.mix or 0.0))
    return rows, round(zero, 2)


def _name(move: Move, effect: Effect) -> str:
    return words.value_label(move.dimension, (move.names or {}).get(effect.name, effect.name))


def _ends(move: Move, effect: Effect, currency: str) -> str:
    if effect.before is None or effect.after is None:
        return ""
    return say.from_to(move.kpi, effect.before, effect.after, currency)


def _href(move: Move, effect: Effect, state: State, address: str) -> str:
    name = (move.names or {}).get(effect.name, effect.name)
    value = effect.name if name.startswith("(") else name
    where = Filter(dimension=move.dimension, values=(value,))
    kept = [str(one) for one in state.query.where if one.dimension != move.dimension]
    return state.link(
        address, period=move.pair.this.key, by=None, grain=None, where=[*kept, str(where)]
    )


def _weights(move: Move) -> str:
    """The one or two values whose weight changed most, where the mix did it."""
    if move.kind != "mix" or move.split is None:
        return ""
    effects = sorted(move.split.effects, key=lambda e: -abs(e.weight_after - e.weight_before))
    language = words.language()
    said = [
        _("%(name)s %(before)s → %(after)s") % {
            "name": _name(move, e), "before": written.percent(e.weight_before, language, 0),
            "after": written.percent(e.weight_after, language, 0),
        }
        for e in effects[:2]
    ]  # fmt: skip
    return _("Share of what is counted: %(said)s.") % {"said": say.named_list(said)}


def steps(funnel: Funnel, state: State) -> Sequence[Step]:
    """Every stage of the funnel, in its order."""
    return [_step(found, funnel, state) for found in funnel.verdict.findings]


def stage_href(funnel: Funnel, stage: str, state: State) -> str:
    """The figure of one stage in the month that was tested."""
    where = Filter(dimension="stage", values=(funnel.names[stage],))
    kept = [str(one) for one in state.query.where if one.dimension != "stage"]
    return state.link(
        reverse("kpi", args=[f"stage_conversion_in_{funnel.window}"]),
        period=funnel.month.key, grain=None, by=None, where=[*kept, str(where)],
    )  # fmt: skip


def _step(found: Finding, funnel: Funnel, state: State) -> Step:
    language, share = words.language(), funnel.shares[found.name]
    after = funnel.after[found.name] or _("Won")
    label = f"{funnel.names[found.name]} → {after}"
    few = found.status == "insufficient" or found.p is None or found.p_past is None
    rate = written.missing(language) if found.p is None else written.percent(found.p, language)
    delta, arrow, drawn = "", "", None
    size = f"n = {written.number(int(share.n), language)}"
    if few:
        rate = _("too few to say")
    if found.p is not None and found.p_past is not None:
        usual = _("usually %(rate)s") % {"rate": written.percent(found.p_past, language)}
        low, high = wilson(share.hits, share.n) or (found.p, found.p)
        drawn = Range(
            value=found.p, low=low, high=high, mean=found.p_past, few=few, left=usual, right=size
        )
        drawn = Range(
            value=found.p, low=low, high=high, mean=found.p_past, few=few, left=usual, right=size,
            axis=own_axis(drawn),
        )  # fmt: skip
        if not few:
            moved = round((found.p - found.p_past) * 100, 1)
            arrow = "up" if moved > 0 else "down" if moved < 0 else "level"
            delta = written.points(found.p - found.p_past, language)
    early = funnel.early.get(found.name)
    return Step(
        label=label, rate=rate, delta=delta, arrow=arrow, range=drawn,
        usual="" if drawn else _("no past to compare with"), size="" if drawn else size,
        href=stage_href(funnel, found.name, state), hot=found.name == funnel.verdict.stage,
        early="" if early is None or early.value is None else written.percent(
            early.value, language, 0),
    )  # fmt: skip


def worst(funnel: Funnel) -> Finding | None:
    """The stage that is the bottleneck, or None."""
    return next((f for f in funnel.verdict.findings if f.name == funnel.verdict.stage), None)


def structure(funnel: Funnel) -> Mapping[str, str]:
    """What the funnel's build shows where nothing deviates: no finding of decline."""
    verdict = funnel.verdict
    return {
        "lowest": funnel.names.get(verdict.lowest, ""),
        "slowest": funnel.names.get(verdict.slowest, ""),
    }
