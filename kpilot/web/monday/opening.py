"""The sentence the page opens with, put together from what was found, and what stands around it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sqlglot import exp

from kpilot.ask import ask, catalog
from kpilot.ask.facts import fact_table
from kpilot.core import format_date
from kpilot.core.calendar import like_for_like
from kpilot.core.errors import UserError
from kpilot.core.format import number
from kpilot.project import Project
from kpilot.web.kpis import judge, words
from kpilot.web.kpis.state import State
from kpilot.web.kpis.targets import target_of
from kpilot.web.monday import sentences as say
from kpilot.web.monday.findings import ALWAYS, Findings
from kpilot.web.shell.parts import Card

HEADLINES = 2


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The heading, the line above it and a note below."""

    eyebrow: str
    sentence: str
    note: str


def opening(
    state: State, project: Project, names: Sequence[str], cards: Sequence[Card], found: Findings,
    who: str,
) -> Opening:  # fmt: skip
    """The pace, then what stands out most; else how the cards moved. Nothing that is not shown."""
    last = format_date.day_long(state.today.last, words.language())
    eyebrow = _("Data to %(day)s · hello, %(name)s") % {"day": last, "name": who}
    parts = [_pace(state, project, names), *headlines(found, state)[:HEADLINES]]
    said = [part for part in parts if part]
    if not said:
        said = [_moved(state, cards)]
    elif len(said) == 1 and parts[0] and found.tested:
        said.append(_("Nothing else departs from its own history."))
    return Opening(eyebrow=eyebrow, sentence=" ".join(said), note=_note(state))


def headlines(found: Findings, state: State) -> Sequence[str]:
    """What stands out, each in one sentence, the most serious first."""
    said = []
    funnel = found.funnel
    if funnel is not None and funnel.verdict.stage:
        said.append(say.stuck(funnel.names[funnel.verdict.stage]))
    for move in found.moves:
        split = move.split
        said.append(say.moved(
            move.kpi, move.change, dimension=move.dimension, is_mix=move.kind == "mix",
            mix=(split.mix or 0.0) if split else 0.0,
            is_simpson=bool(split and split.is_simpson),
        ))  # fmt: skip
    said += [
        _("%(kpi)s worse than its own history explains.") % {"kpi": words.named(one.kpi.names)}
        for one in found.declines
    ]
    said += [
        _("%(team)s is behind the pace of its own target.") % {"team": team.name}
        for team in found.teams
        if team.is_behind
    ]
    return said


def _pace(state: State, project: Project, names: Sequence[str]) -> str:
    """How the period stands on the first followed KPI that adds up and has a target."""
    known = catalog(project)
    for name in dict.fromkeys((*names, *ALWAYS)):
        kpi = known[name]
        if not judge.is_flow(kpi) or kpi.by:
            continue
        target = target_of(kpi, state, project)
        if target is None:
            continue
        try:
            asked = state.query.but(kpis=(name,), grain=None, by=())
            row = ask(asked, project).rows[0]
        except (UserError, IndexError):
            continue
        gone = judge.share_gone(state.period, state.cut.whole)
        status = judge.standing(kpi, row.value, target, gone).status
        if gone < 1 and row.value is not None and float(row.value) >= float(target):
            status = "achieved"
        return say.pace(state.period, state.today.fiscal, status)
    return ""


def _moved(state: State, cards: Sequence[Card]) -> str:
    """How many figures moved which way, by the cards."""
    better = sum(card.change is not None and card.change.judgement == "good" for card in cards)
    worse = sum(card.change is not None and card.change.judgement == "bad" for card in cards)
    heading = say.opened(words.period_name(state.period, state.today.fiscal))
    if not better and not worse:
        return heading
    ups = ngettext("%(n)s figure is better", "%(n)s figures are better", better) % {"n": better}
    downs = ngettext("%(n)s is worse", "%(n)s are worse", worse) % {"n": worse}
    said = {"period": heading, "ups": ups, "downs": downs, "than": _than(state)}
    if not worse:
        return _("%(period)s: %(ups)s %(than)s, none is worse") % said
    if not better:
        return _("%(period)s: no figure is better %(than)s, %(downs)s") % said
    return _("%(period)s: %(ups)s %(than)s, %(downs)s") % said


def _than(state: State) -> str:
    if state.query.compare is None:
        return ""
    this, base = like_for_like(
        state.period, state.query.compare, state.today.whole, state.today.fiscal
    )
    return words.than(base, is_level=False, this=this)


def _note(state: State) -> str:
    if "period" in state.said or "from" in state.said or state.preset != "last_month":
        return ""
    return _("This month has no whole day of data yet, so this is the last complete one.")


def is_empty(state: State, project: Project) -> bool:
    """Whether nothing has been loaded yet."""
    return state.cut.horizon is None and not _count(project, "TRUE")


def hidden(state: State, project: Project) -> str:
    """Why opportunities that are loaded count nowhere; "" when some do."""
    seen = fact_table(project, "opportunity", state.cut).rows
    if seen or state.query.reader.agent_ids is not None:
        return ""
    loaded = _count(project, "TRUE")
    deleted = _count(project, "deleted_at IS NOT NULL OR deleted_on IS NOT NULL")
    tests = _count(project, "is_test OR merged_into_id IS NOT NULL")
    if not deleted + tests:
        return ""
    return _(
        "%(n)s opportunities are loaded and none counts: %(deleted)s are deleted in the CRM, "
        "%(tests)s are tests or merged into others."
    ) % {name: number(count, words.language()) for name, count in
         (("n", loaded), ("deleted", deleted), ("tests", tests))}  # fmt: skip


def _count(project: Project, condition: str) -> int:
    tree = exp.select(exp.Count(this=exp.Star())).from_("opportunity").where(condition)
    return int(str(project.engine.query(tree.sql(dialect="duckdb"))[0][0]))
