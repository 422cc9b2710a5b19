"""What to do next: from what was found, by the money at stake, each with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpilot.core import format as written
from kpilot.core.query import Filter
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.monday import drawn
from kpilot.web.monday import sentences as say
from kpilot.web.monday.findings import Findings
from kpilot.web.monday.helping import Held

SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class Todo:
    """One thing to do. `key` tells it apart this week; `money` is what is at stake."""

    key: str
    title: str
    reason: str
    href: str
    money: float


def todos(found: Findings, state: State, project: Project) -> Sequence[Todo]:
    """All there is to do, the most at stake first."""
    currency = project.settings.currency
    made = [
        *_stage(found, state, currency), *_mix(found, state, currency),
        *_people(found, state, currency), *_teams(found, state, currency),
        *_slipping(found, state, currency),
    ]  # fmt: skip
    return sorted(made, key=lambda one: -one.money)


def at_stake(money: float, currency: str) -> str:
    """ "€345k at stake." """
    value = written.money_short(money, currency, words.language())
    return _("%(money)s at stake.") % {"money": value}


def _stage(found: Findings, state: State, currency: str) -> Sequence[Todo]:
    funnel = found.funnel
    worst = drawn.worst(funnel) if funnel else None
    if funnel is None or worst is None or not worst.lost_value:
        return ()
    stage, fiscal = funnel.names[worst.name], state.today.fiscal
    reason = _("Since %(month)s fewer deals get any further: ask what changed then.") % {
        "month": words.period_name(funnel.month, fiscal)
    }
    return (Todo(
        key=f"stage:{worst.name}", money=worst.lost_value,
        title=_("Go through the stage “%(stage)s” with the team") % {"stage": stage},
        reason=f"{at_stake(worst.lost_value, currency)} {reason}",
        href=drawn.stage_href(funnel, worst.name, state),
    ),)  # fmt: skip


def _mix(found: Findings, state: State, currency: str) -> Sequence[Todo]:
    """A mix that costs sales: the wins it took away, at what a won deal is worth."""
    sale = found.funnel.sale if found.funnel else None
    made = []
    for move in found.moves:
        split = move.split
        if move.kpi.name != "win_rate" or move.kind != "mix" or split is None or not sale:
            continue
        if split.mix is None or split.mix >= 0:
            continue
        effects = sorted(split.effects, key=lambda e: e.mix)
        names = [
            words.value_label(move.dimension, (move.names or {}).get(e.name, e.name))
            for e in effects
            if e.weight_after > e.weight_before
        ][:2]
        money = -split.mix * move.counted * sale
        if not names or money <= 0:
            continue
        reason = _("They bring more than before, and less of it is won.")
        made.append(Todo(
            key=f"mix:{move.dimension}:{move.pair.this.key}", money=money,
            title=_("Look at what %(names)s bring in") % {"names": say.named_list(names)},
            reason=f"{at_stake(money, currency)} {reason}",
            href=drawn.move_href(move, state),
        ))  # fmt: skip
    return made


def _people(found: Findings, state: State, currency: str) -> Sequence[Todo]:
    if found.help is None:
        return ()
    made = []
    for one in found.help.people:
        if one.waits.stalled and one.waits.value > 0:
            made.append(_stalled(one, found.help.is_own, state, currency))
        if one.waits.leads:
            made.append(_waiting(one, found.help.is_own, state))
    return made


def _stalled(one: Held, is_own: bool, state: State, currency: str) -> Todo:
    said = {"n": one.waits.stalled, "name": one.name}
    if is_own:
        title = ngettext(
            "Move your stalled deal", "Move your %(n)s stalled deals", one.waits.stalled
        )
    else:
        title = ngettext(
            "Help %(name)s with a stalled deal", "Help %(name)s with %(n)s stalled deals",
            one.waits.stalled,
        )  # fmt: skip
    return Todo(
        key=f"stalled:{one.id}", money=one.waits.value, title=title % said,
        reason=_("%(stake)s Nothing has moved for longer than their stage allows.") % {
            "stake": at_stake(one.waits.value, currency)},
        href=_rows_of("stalled_rate", one, state),
    )  # fmt: skip


def _waiting(one: Held, is_own: bool, state: State) -> Todo:
    said = {"n": one.waits.leads, "name": one.name}
    if is_own:
        title = ngettext("Answer the lead that waits", "Answer the %(n)s leads that wait",
                         one.waits.leads)  # fmt: skip
    else:
        title = ngettext(
            "See to the lead of %(name)s that waits",
            "See to the %(n)s leads of %(name)s that wait",
            one.waits.leads,
        )
    return Todo(
        key=f"waiting:{one.id}",
        money=0.0,
        title=title % said,
        reason=_("Nobody has called, written to or met them yet."),
        href=_rows_of("leads_waiting", one, state),
    )


def _rows_of(kpi: str, one: Held, state: State) -> str:
    where = Filter(dimension="agent", values=(one.name,))
    kept = [str(other) for other in state.query.where if other.dimension != "agent"]
    name = "kpi" if kpi != "stalled_rate" else "records"
    period = "last_90_days" if kpi == "leads_waiting" else state.preset or state.period.key
    only = {"only": "numerator"} if name == "records" else {}
    return state.link(reverse(name, args=[kpi]), where=[*kept, str(where)], period=period, **only)


def _teams(found: Findings, state: State, currency: str) -> Sequence[Todo]:
    quarter = found.help.period if found.help else None
    return [
        Todo(
            key=f"team:{team.id}", money=team.missing,
            title=_("Sit down with %(team)s over the open deals") % {"team": team.name},
            reason=_("%(stake)s The team is behind the pace of its own target.") % {
                "stake": at_stake(team.missing, currency)},
            href=state.link(
                reverse("kpi", args=["open_pipeline"]),
                where=[str(Filter(dimension="team", values=(team.name,)))],
            ),
        )
        for team in found.teams
        if team.is_behind and quarter is not None
    ]  # fmt: skip


def _slipping(found: Findings, state: State, currency: str) -> Sequence[Todo]:
    opportunities = found.slipping.opportunities
    if not opportunities or not opportunities[0].value:
        return ()
    opportunity = opportunities[0]
    reason = _("The largest deal that slips, and nothing is planned with them.")
    if opportunity.is_planned:
        reason = _("The largest deal that slips.")
    return (Todo(
        key=f"opportunity:{opportunity.id}", money=opportunity.value,
        title=_("Call %(account)s") % {"account": opportunity.account or opportunity.name},
        reason=f"{at_stake(opportunity.value, currency)} {reason}",
        href=drawn.opportunity_href(opportunity, state),
    ),)  # fmt: skip
