"""The page of the day, section by section, ready for its template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.analysis.alert import expected_false_alarms
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.query import Filter
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.monday import drawn
from kpilot.web.monday import sentences as say
from kpilot.web.monday.declines import Decline
from kpilot.web.monday.fallen import Fall
from kpilot.web.monday.findings import Findings, watched
from kpilot.web.monday.helping import Held
from kpilot.web.monday.slipping import Opportunity
from kpilot.web.people.models import Person
from kpilot.web.shell.parts import Action, Pace
from kpilot.web.team.peers import EVERYBODY

MONTHS_A_YEAR = 12
QUIET_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Neck:
    """The bottleneck section: what is lost, or that nothing deviates."""

    heading: str
    lost: str
    wins: str
    stage: str
    chance: str
    steady: str
    structure: str
    early: str
    steps: Sequence[drawn.Step]
    href: str


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """One person against their own target, with what waits."""

    name: str
    initials: str
    waits: str
    status: str
    amounts: str
    bar: Pace | None
    href: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One deal that slips: its signal and the detail below it."""

    name: str
    product: str
    agent: str
    value: str
    signal: str
    detail: str
    due: str
    href: str


def neck(found: Findings, state: State, project: Project) -> Neck | None:
    """The bottleneck of the pipeline; None where no stage can be told from its past."""
    funnel = found.funnel
    if funnel is None:
        return None
    language, fiscal = words.language(), state.today.fiscal
    worst, currency = drawn.worst(funnel), project.settings.currency
    heading = _("Bottleneck: deals %(of_month)s, %(window)s days on, against the 12 months before")
    build = drawn.structure(funnel)
    steps = drawn.steps(funnel, state)
    lost = wins = stage = chance = ""
    if worst is not None and worst.interval is not None:
        stage = next(step.label for step in steps if step.hot)
        count = worst.lost_wins or 0.0
        lost = written.money_short(worst.lost_value or 0.0, currency, language)
        wins = _("about %(n)s sales of %(deal)s each on average") % {
            "n": written.decimal(count, language, 0),
            "deal": written.money_short(funnel.sale or 0.0, currency, language),
        }
        low, high = (written.points(edge, language) for edge in worst.interval)
        chance = _("The fall is more than chance explains (interval: %(low)s to %(high)s).") % {
            "low": low, "high": high}  # fmt: skip
    return Neck(
        heading=heading
        % {"of_month": say.of(funnel.month, fiscal), "window": funnel.window},
        lost=lost, wins=wins, stage=stage, chance=chance,
        steady=_steady(found) if worst is None else "",
        structure=_("By the way it is built, and not because it got worse: the lowest conversion is"
                    " at “%(lowest)s”, the longest stay at “%(slowest)s”.") % build
        if worst is None and all(build.values()) else "",
        early=_("Early signal, not tested: of the deals that entered in %(month)s and have left the"
                " stage, the share that went on.") % {
            "month": words.period_name(funnel.latest, fiscal)}
        if any(step.early for step in steps) else "",
        steps=steps,
        href=state.link(reverse("kpi", args=["stage_conversion"]), period=funnel.month.key),
    )  # fmt: skip


def _steady(found: Findings) -> str:
    if found.funnel is None or not found.funnel.is_tested:
        return _("Too few deals to tell a stage from its own past.")
    if any(one.status == "insufficient" for one in found.funnel.verdict.findings):
        return _("No stage with enough deals deviates from its own history.")
    return _("No stage deviates from its own history.")


def people(found: Findings, state: State, project: Project) -> Sequence[Somebody]:
    """Those who need help, with the bar of their own target."""
    if found.help is None:
        return ()
    return [_somebody(one, found, state, project.settings.currency) for one in found.help.people]


def _somebody(one: Held, found: Findings, state: State, currency: str) -> Somebody:
    language = words.language()
    quarter = found.help.period if found.help else state.period
    sold, target = (written.money_short(v, currency, language) for v in (one.sold, one.target))
    said = _("%(sold)s of %(target)s") % {"sold": sold, "target": target}
    share = one.sold / one.target
    where = [str(Filter(dimension="agent", values=(one.name,)))]
    names = [word for word in one.name.split() if word]
    return Somebody(
        name=one.name,
        initials="".join(word[0] for word in [*names[:1], *names[1:][-1:]]).upper(),
        waits=say.waits(one.waits.stalled, one.waits.leads, one.waits.tasks),
        status=one.status,
        amounts=said,
        bar=Pace(
            reached=share * 100, left="", right="", expected=one.gone * 100,
            projected=share / one.gone * 100 if one.gone else None,
            done=one.status == "achieved",
        ),
        href=state.link(reverse("kpi", args=["sales_value"]), period=quarter.key, where=where),
    )  # fmt: skip


def also(found: Findings, state: State, project: Project) -> Sequence[Action]:
    """What else was found, each a sentence that leads to its figure."""
    language = words.language()
    said = []
    for move in found.moves[1:3]:
        story = drawn.story(move, state, project)
        said.append(Action(label=f"{story.finding} {story.note}", href=story.href))
    for one in found.declines:
        value, usual = (
            words.figure(number, one.kpi, one.currency, short=True)
            for number in (one.value, one.usual)
        )
        text = say.declined(
            one.kpi, value, usual, say.inside(one.period, state.today.fiscal),
            is_season=one.is_season,
        )  # fmt: skip
        fall = found.falls.get(one.kpi.name)
        by = [fall.dimension] if fall and fall.part else None
        if fall:
            text = f"{text} {fell(fall, one, state)}"
        href = state.link(reverse("kpi", args=[one.kpi.name]), period=one.period.key, by=by)
        said.append(Action(label=text, href=href))
    for team in found.teams:
        text = _("%(team)s: %(share)s of its own target with %(gone)s of the quarter over.") % {
            "team": team.name,
            "share": written.percent(team.sold / team.target, language),
            "gone": written.percent(team.gone, language, 0),
        }
        said.append(Action(label=text, href=_team_href(team, found, state)))
    for runner in found.runners:
        said_of = {
            "name": runner.name, "days": written.figure(runner.days, "days", language),
            "kept": written.percent(runner.kept, language, 0),
            "all": written.percent(runner.kept_by_all, language, 0),
        }  # fmt: skip
        if runner.kind == "hare":
            text = _("%(name)s closes in %(days)s, and %(kept)s of the customers are still there a"
                     " year later; of all together %(all)s.") % said_of  # fmt: skip
        else:
            text = _("%(name)s takes %(days)s to close, and %(kept)s of the customers are still"
                     " there a year later; of all together %(all)s.") % said_of  # fmt: skip
        said.append(Action(label=text, href=race_href(state)))
    return said


def fell(fall: Fall, one: Decline, state: State) -> str:
    """Where the fall is and what made it, as a sentence for each."""
    def said(value: float) -> str:
        return words.figure(abs(value), one.kpi, one.currency, short=True)

    about = {"against": say.opened(say.against(fall.base, state.today.fiscal)),
             "whole": said(fall.change), "some": said(fall.part_change),
             "part": words.value_label(fall.dimension, fall.part)}  # fmt: skip
    sentences = []
    if fall.part:
        text = _("%(against)s: −%(whole)s in all, −%(some)s in “%(part)s”.")
        sentences.append(text % about)
    because = {
        "closed": _("%(against)s, fewer deals closed weigh most: −%(some)s."),
        "rate": _("%(against)s, a lower win rate weighs most: −%(some)s."),
        "size": _("%(against)s, smaller deals won weigh most: −%(some)s."),
    }
    if fall.factor:
        sentences.append(because[fall.factor] % {**about, "some": said(fall.factor_change)})
    return " ".join(sentences)


def _team_href(team: Held, found: Findings, state: State) -> str:
    quarter = found.help.period.key if found.help else "this_quarter"
    where = [str(Filter(dimension="team", values=(team.name,)))]
    return state.link(reverse("kpi", args=["quota_attainment"]), period=quarter, where=where)


def race_href(state: State) -> str:
    """The team page's view of speed and loyalty of everybody; the KPI for who sees only some."""
    if state.query.reader.agent_ids is None:
        return reverse("team-loyalty", args=[EVERYBODY])
    return state.link(reverse("kpi", args=["cycle_vs_retention"]), by="agent")


def opportunities(found: Findings, state: State, project: Project) -> Sequence[Row]:
    """The deals that slip, the largest first."""
    currency = project.settings.currency
    return [_opportunity(one, state, currency) for one in found.slipping.opportunities]


def _opportunity(one: Opportunity, state: State, currency: str) -> Row:
    signals, details = [], []
    if one.is_late and one.due:
        signals.append(_("date passed"))
        details.append(_("due on %(day)s") % {"day": _day(one, state)})
    if one.put_off >= 2:
        signals.append(say.put_off(one.put_off))
    if one.is_slow and one.days and one.usual:
        signals.append(_("%(days)s days in %(stage)s") % {"days": one.days, "stage": one.stage})
        details.append(_("half stay %(days)s or less") % {
            "days": written.figure(round(one.usual), "days", words.language())})  # fmt: skip
    if not one.is_planned:
        details.append(_("nothing planned"))
    quiet = (state.today.whole - one.touched).days if one.touched else None
    if quiet is not None and quiet >= QUIET_DAYS:
        details.append(_("last contact %(days)s days ago") % {"days": quiet})
    shown = format_date.day(one.due, words.language(), year=False) if one.due else ""
    return Row(
        name=one.account or one.name, product=one.product, agent=one.agent,
        value=written.money_short(one.value, currency, words.language()),
        signal=say.opened(", ".join(signals)), detail=", ".join(details[:2]), due=shown,
        href=drawn.opportunity_href(one, state),
    )  # fmt: skip


def _day(one: Opportunity, state: State) -> str:
    if one.due is None:
        return ""
    is_near = abs(state.today.last - one.due) < timedelta(days=300)
    return format_date.day(one.due, words.language(), year=not is_near)


def foot(names: Sequence[str], project: Project) -> str:
    """In which zone the days are, what is not counted, and how often chance alone gives alarms."""
    count = len(watched(names, project))
    parts = [_("%(zone)s, today not included.") % {"zone": project.settings.tz}]
    if count:
        parts.append(say.false_alarms(count, expected_false_alarms(count, MONTHS_A_YEAR)))
    return " ".join(parts)


def greeting(person: Person) -> str:
    """What the reader is called."""
    return person.name.split()[0] if person.name else person.email
