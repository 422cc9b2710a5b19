"""What the pages say of goals and targets: bars, figures and sentences, ready to be drawn."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpilot.analysis.goal import LAST_FIFTH, display_percent
from kpilot.ask.catalog import catalog
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.project import Project
from kpilot.web.goals.models import Goal, Kind, Scope, Target
from kpilot.web.goals.rights import may_open_records
from kpilot.web.goals.scopes import scope_name
from kpilot.web.goals.standing import Part, Standing
from kpilot.web.kpis import words
from kpilot.web.people.models import Person
from kpilot.web.shell.parts import Pace

OVER = ("achieved", "missed")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One target as the page of its goal shows it.

    called its name; of a KPI in the reader's language, unless somebody named it otherwise
    now    where it stands, with its unit; `why` the sentence when it stands nowhere
    notes  what to know: projection with its range, flags, whose figures
    link   the figure's own page, for those who may open it
    """

    target: Target
    called: str
    part: Part
    now: str
    bar: Pace
    why: str
    notes: tuple[str, ...]
    link: str


def bar_of(found: Standing) -> Pace:
    """The goal's bar: done, expected by now, and where it is heading."""
    expected, ahead = _expected(found.expected), found.projection
    right = [_("expected %(percent)s") % {"percent": percent(expected)}] if expected else []
    if ahead is not None:
        right.append(_("projected %(percent)s") % {"percent": percent(100 * ahead)})
    running = found.status in ("on_track", "at_risk", "off_track")
    return Pace(
        reached=100 * found.progress,
        left=_("%(percent)s done") % {"percent": percent(found.display_percent)},
        right=" · ".join(right) if running else "",
        expected=expected if running else None,
        projected=100 * ahead if ahead is not None else None,
        done=found.status == "achieved",
    )


def days_words(found: Standing) -> str:
    """How many of its days are over."""
    goal, total = found.goal, (found.goal.due_on - found.goal.start_on).days
    gone = min(total, max(0, (found.cut - goal.start_on).days))
    text = ngettext("%(gone)s of %(total)s day gone", "%(gone)s of %(total)s days gone", total)
    return text % {"gone": gone, "total": total}


def made_of(found: Standing) -> str:
    """What the percent is the mean of."""
    counts = [len(found.parts), len(found.children)]
    targets = ngettext("%(n)s target", "%(n)s targets", counts[0]) % {"n": counts[0]}
    goals = ngettext("%(n)s goal below", "%(n)s goals below", counts[1]) % {"n": counts[1]}
    what = _(" and ").join(text for text, n in zip((targets, goals), counts, strict=True) if n)
    weights = {part.target.weight for part in found.parts}
    weights |= {child.goal.weight for child in found.children}
    if not what:
        return _("no targets yet")
    if sum(counts) == 1:
        return _("made of %(what)s") % {"what": what}
    if len(weights) == 1:
        return _("mean of %(what)s, equal weights") % {"what": what}
    return _("mean of %(what)s by weight") % {"what": what}


def finding(found: Standing) -> str:
    """The sentence over the targets: what keeps the goal where it is."""
    states = [(part.target.name, part.state.status) for part in found.parts]
    states += [(child.goal.name, child.status) for child in found.children]
    late = [name for name, status in states if status == "off_track"]
    met = sum(status == "achieved" for _name, status in states)
    if found.status == "achieved":
        return _("Everything is reached.")
    if not states:
        return _("Nothing to measure yet: add a target.")
    if late and found.status in ("at_risk", "off_track"):
        if len(late) == 1:
            return _("“%(name)s” is off track: the goal cannot be better than at risk.") % {
                "name": late[0]
            }
        return _("%(n)s of its parts are off track: the goal cannot be better than at risk.") % {
            "n": len(late)
        }
    return ngettext(
        "%(met)s of %(total)s part is reached",
        "%(met)s of %(total)s parts are reached",
        len(states),
    ) % {"met": met, "total": len(states)}


def line_of(part: Part, goal: Goal, project: Project, person: Person) -> Line:
    """One target with its figures in the reader's language."""
    target, state = part.target, part.state
    asked = part.current.asked
    left, right = _sides(part, project)
    running = state.status in ("on_track", "at_risk", "off_track")
    expected = _expected(part.expected) if running and target.kind != Kind.BOOLEAN else None
    if expected and target.band_low is None:
        right = [_("expected %(percent)s") % {"percent": percent(expected)}, *right]
    ahead = None
    if running and state.projection is not None:
        ahead = _share(part, state.projection)
    bar = Pace(
        reached=100 * state.progress, left=left, right=" · ".join(right) if running else "",
        expected=expected if target.band_low is None else None, projected=ahead,
        done=state.status == "achieved",
    )  # fmt: skip
    if target.kind == Kind.TASKS:
        now = f"{asked.tasks_done or 0} / {asked.tasks_total or 0}"
    elif target.kind == Kind.BOOLEAN:
        now = _("yes") if asked.current else _("no")
    else:
        now = amount(asked.current, target, project)
    return Line(
        target=target, called=called(target, project), part=part, now=now, bar=bar, why=_why(part),
        link=_link(target, goal, person), notes=tuple(_notes(part, goal, project)),
    )  # fmt: skip


def called(target: Target, project: Project) -> str:
    """What a target is called where its goal is read."""
    kpi = catalog(project).get(target.kpi) if target.kind == Kind.KPI else None
    if kpi is not None and target.name in kpi.names.values():
        return words.named(kpi.names)
    return target.name


def amount(value: float | None, target: Target, project: Project) -> str:
    """A value of the target in its unit."""

    kpi = catalog(project).get(target.kpi) if target.kind == Kind.KPI else None
    if kpi is not None:
        return words.figure(value, kpi, project.settings.currency, short=True)
    if value is None:
        return written.missing(words.language())
    if target.kind == Kind.CURRENCY:
        currency = target.currency or project.settings.currency
        return written.money_short(value, currency, words.language())
    text = written.decimal(value, words.language(), 0 if abs(value) >= 100 else 1, strip=True)
    return f"{text} {target.unit}" if target.unit else text


def dates(goal: Goal) -> str:
    """First to last day, in words."""
    return format_date.days_between(goal.start_on, goal.due_on, words.language())


def at_risk_from(goal: Goal) -> date:
    """The first day of the last fifth, from which a "no" is at risk."""
    days = (goal.due_on - goal.start_on).days
    return goal.start_on + timedelta(ceil(days * (1 - LAST_FIFTH) - 1e-9))


def _sides(part: Part, project: Project) -> tuple[str, list[str]]:
    target, state, asked = part.target, part.state, part.current.asked
    done = percent(display_percent(state.progress))
    if target.kind == Kind.TASKS:
        late = asked.tasks_overdue
        text = ngettext("%(n)s overdue", "%(n)s overdue", late) % {"n": late}
        return _("%(percent)s done") % {"percent": done}, [text] if late else []
    if target.kind == Kind.BOOLEAN:
        return (_("Done") if asked.current else _("Not yet")), []
    if target.band_low is not None:
        ends = {"low": amount(target.band_low, target, project),
                "high": amount(target.band_high, target, project)}  # fmt: skip
        inside = _("inside %(low)s to %(high)s") if state.progress else (
            _("outside %(low)s to %(high)s"))  # fmt: skip
        return (inside if asked.current is not None else "%(low)s – %(high)s") % ends, []
    if asked.agg == "level":
        said = {"start": amount(asked.start, target, project),
                "target": amount(asked.target, target, project), "percent": done}  # fmt: skip
        return _("%(start)s → %(target)s, %(percent)s of the way") % said, []
    whole = amount(asked.target, target, project)
    right = []
    if state.projection is not None and state.status not in OVER:
        right = [_("projected %(value)s") % {"value": amount(state.projection, target, project)}]
    return _("%(percent)s of %(target)s") % {"percent": done, "target": whole}, right


def _notes(part: Part, goal: Goal, project: Project) -> list[str]:
    target, state, found = part.target, part.state, []
    running = state.status not in (*OVER, "not_started", "no_data")
    if state.interval is not None and running and "too_early" not in state.flags:
        low, high = (amount(end, target, project) for end in state.interval)
        found.append(_("At this pace between %(low)s and %(high)s.") % {"low": low, "high": high})
    if "too_early" in state.flags:
        found.append(_("Too early to judge its pace."))
    if "target_met" in state.flags:
        found.append(_("Reached for now; it has to hold until the last day."))
    if "overdue_tasks" in state.flags:
        found.append(_("At risk at best while a task is overdue."))
    if target.kind == Kind.KPI and (target.scope_type, target.scope_id) != (
        goal.scope_type, goal.scope_id):  # fmt: skip
        whose = scope_name(target.scope_type, target.scope_id, project)
        found.append(_("Figures of %(who)s.") % {"who": whose})
    if not part.timing_known:
        found.append(_("No season is known yet: the pace goes day by day."))
    if target.weight != 1:
        found.append(_("Weight %(weight)s.") % {"weight": f"{target.weight:g}"})
    return found


def _why(part: Part) -> str:
    """Why a target stands nowhere."""
    if part.current.why == "deleted":
        return _("The KPI “%(kpi)s” is no longer in the catalogue: choose another under “Change”, "
                 "or put its file back.") % {"kpi": part.target.kpi}  # fmt: skip
    if part.current.why == "no_rate":
        return _("An amount is in a currency without an exchange rate for its day.")
    if part.current.why == "no_rows":
        return _("No rows.")
    if "no_tasks" in part.state.flags:
        return _("The list is empty: add a task.")
    if part.state.status == "no_data" and part.current.why:
        return part.current.why
    return ""


def _link(target: Target, goal: Goal, person: Person) -> str:
    if target.kind != Kind.KPI or not may_open_records(person, target.scope_type, target.scope_id):
        return ""
    asked = [("period", f"{goal.start_on}/{goal.due_on}")]
    if target.scope_type != Scope.ORG:
        asked.append(("where", f'{target.scope_type}="{target.scope_id}"'))
    if target.attribution:
        asked.append(("attribution", target.attribution))
    return f"{reverse('kpi', args=[target.kpi])}?{urlencode(asked)}"


def _share(part: Part, value: float) -> float | None:
    """A projected value on the bar, in percent of the way."""
    asked = part.current.asked
    if part.target.kind == Kind.TASKS:
        return 100 * value / asked.tasks_total if asked.tasks_total else None
    if asked.start is None or asked.target is None or asked.start == asked.target:
        return None
    return max(0.0, 100 * (value - asked.start) / (asked.target - asked.start))


def _expected(share: float | None) -> float | None:
    return None if share is None else 100 * share


def percent(value: float | None) -> str:
    """A whole percent in the reader's language."""
    return written.percent((value or 0) / 100, words.language(), 0)
