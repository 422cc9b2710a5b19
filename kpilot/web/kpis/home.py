"""The sentence the home page opens with: which days, and how many figures moved which way."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from sqlglot import exp

from kpilot.ask.facts import fact_table
from kpilot.core import format_date
from kpilot.core.calendar import like_for_like
from kpilot.core.format import number
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.shell.parts import Card


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The heading, the line above it and a note below."""

    eyebrow: str
    sentence: str
    note: str


def opening(state: State, cards: Sequence[Card]) -> Opening:
    """What the cards say together; nothing is claimed that no card shows."""
    better = sum(card.change is not None and card.change.judgement == "good" for card in cards)
    worse = sum(card.change is not None and card.change.judgement == "bad" for card in cards)
    name = words.period_name(state.period, state.today.fiscal)
    heading = name[:1].upper() + name[1:]
    last = format_date.day_long(state.today.last, words.language())
    return Opening(
        eyebrow=_("Data to %(day)s") % {"day": last},
        sentence=_sentence(heading, _than(state), better, worse),
        note=_note(state),
    )


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


def _sentence(period: str, than: str, better: int, worse: int) -> str:
    if not better and not worse:
        return period
    ups = ngettext("%(n)s figure is better", "%(n)s figures are better", better) % {"n": better}
    downs = ngettext("%(n)s is worse", "%(n)s are worse", worse) % {"n": worse}
    said = {"period": period, "ups": ups, "downs": downs, "than": than}
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
