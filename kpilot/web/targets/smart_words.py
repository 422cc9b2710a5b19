"""What the SMART assistant says: its verdicts as sentences in the reader's language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_
from django.utils.translation import ngettext

from kpilot.analysis.smart import Verdict
from kpilot.ask import catalog
from kpilot.core import format as written
from kpilot.core.kpi import Kpi
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.targets.smart import Held, Smart, needed

LETTERS: dict[str, str | Promise] = {
    "S": N_("Specific"), "M": N_("Measurable"), "A": N_("Achievable"), "R": N_("Realistic"),
    "T": N_("Timed"),
}  # fmt: skip
MARKS = {"pass": "✓", "warn": "!", "fail": "✕", "unknown": "–"}
LEVELS: dict[str, str | Promise] = {
    "pass": N_("yes"), "warn": N_("to watch"), "fail": N_("no"), "unknown": N_("not known"),
}  # fmt: skip
# How a verdict of A stands beside a reading: the pill's status and its words.
PILLS: dict[str, tuple[str, str | Promise]] = {
    "achievable": ("on_track", N_("Achievable")),
    "stretch": ("at_risk", N_("Ambitious")),
    "unprecedented": ("at_risk", N_("Never seen yet")),
    "unrealistic": ("off_track", N_("Unrealistic")),
    "no_ambition": ("at_risk", N_("No progress")),
    "few_changes": ("no_data", N_("Too few to say")),
    "few_rows": ("no_data", N_("Too few to say")),
    "no_start": ("no_data", N_("No start")),
}
MISSING: dict[str, str | Promise] = {
    "kpi": N_("the KPI"), "scope": N_("for whom"), "direction": N_("up or down"),
    "start": N_("a value to start from"), "target": N_("the value to reach"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Said:
    """One verdict as the page shows it."""

    letter: str
    label: str
    level: str
    mark: str
    level_word: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class SaidReading:
    """One reading of a percentage of a share."""

    name: str
    label: str
    kind: str
    way: str
    status: str
    status_word: str
    why: str
    is_chosen: bool


def said(found: Smart, project: Project) -> Sequence[Said]:
    """The five verdicts, in order."""
    return [
        Said(letter=one.letter, label=str(LETTERS[one.letter]), level=one.level,
             mark=MARKS[one.level], level_word=str(LEVELS[one.level]),
             sentence=_sentence(one, found, project))
        for one in found.verdicts
    ]  # fmt: skip


def readings(found: Smart) -> Sequence[SaidReading]:
    """Both readings of "+5 %", to choose one; nothing where there is only one."""
    return [_reading(one, found) for one in found.held] if len(found.held) > 1 else ()


def noise(found: Smart) -> str:
    """What cannot be seen in one period for chance, "" when all can."""
    lost = [one for one in found.held if one.noise and not one.noise.is_detectable]
    if not lost or lost[0].noise is None:
        return ""
    half = lost[0].noise.half_width
    every = len(lost) == len(found.held)
    if found.kpi.unit == "ratio":
        wide = written.points(half, words.language()).removeprefix("+")
        text = ngettext(
            "%(n)s row expected in a period gives ±%(half)s.",
            "%(n)s rows expected in a period give ±%(half)s.", round(found.expected or 0),
        ) % {"n": _number(round(found.expected or 0)), "half": wide}  # fmt: skip
    else:
        text = _("About %(n)s in a period vary by ±%(half)s by chance alone.") % {
            "n": _number(round(found.start or 0)), "half": _number(round(half)),
        }  # fmt: skip
    if every:
        more = _("Such a change will not stand out from chance: follow it over a longer time.")
    else:
        more = _("%(reading)s will not stand out from chance in one period.") % {
            "reading": _reading(lost[0], found).label
        }
    return f"{text} {more}"


def value(number: float, found: Smart) -> str:
    """A value of the aim's KPI, as a table shows it; whole amounts without cents."""
    text = words.figure(number, found.kpi, found.currency)
    return re.sub(r"[.,]00(?=\D*$)", "", text) if found.kpi.unit == "currency" else text


def _reading(one: Held, found: Smart) -> SaidReading:
    status, word = PILLS.get(one.achievable.code, ("no_data", _("Not known")))
    start = found.start or 0.0
    change = one.reading.change
    is_relative = one.reading.name == "relative"
    amount = abs(change / start) if is_relative and start else abs(change)
    shown = written.points(amount, words.language()).removeprefix("+")
    shown = re.sub(r"[.,]0(?=\D*$)", "", shown)
    if is_relative:
        is_whole = abs(amount * 100 - round(amount * 100)) < 1e-6
        shown = written.percent(amount, words.language(), 0 if is_whole else 1)
    label = _("%(amount)s more") if change >= 0 else _("%(amount)s less")
    return SaidReading(
        name=one.reading.name, label=label % {"amount": shown},
        kind=_("relative") if is_relative else _("in points"),
        way=f"{value(start, found)} → {value(one.reading.target, found)}",
        status=status, status_word=str(word), why=_achieved(one.achievable, found),
        is_chosen=one.reading.name == found.reading,
    )  # fmt: skip


def _sentence(one: Verdict, found: Smart, project: Project) -> str:
    match one.letter:
        case "S":
            return _specific(one, found)
        case "M":
            return _measured(one)
        case "A":
            return _achieved(one, found)
        case "R":
            return _realistic(one, found, project)
        case _:
            return _timed(one)


def _specific(one: Verdict, found: Smart) -> str:
    if one.code == "ambiguous_percent":
        return _("A percentage of a percentage can be read in two ways: choose one.")
    if one.code == "incomplete":
        lacking = str(one.numbers["missing"]).split()
        return _("Missing: %(fields)s.") % {
            "fields": ", ".join(str(MISSING[name]) for name in lacking)
        }
    return _("%(kpi)s, from %(start)s to %(target)s.") % {
        "kpi": words.named(found.kpi.names), "start": value(found.start or 0, found),
        "target": value(found.target or 0, found),
    }  # fmt: skip


def _measured(one: Verdict) -> str:
    share = one.numbers.get("share")
    if not isinstance(share, float):
        return _("There is no complete period to tell by.")
    shown = written.percent(share, words.language(), 0)
    if one.code == "measured":
        return _("The fields it needs are filled on %(share)s of the rows.") % {"share": shown}
    if share == 0:
        return _("The data does not have the fields it needs.")
    return _("Only %(share)s of the rows can be counted: fill the fields it needs first.") % {
        "share": shown
    }


def _achieved(one: Verdict, found: Smart) -> str:
    numbers = one.numbers
    if one.code == "not_chosen":
        return _("It depends on the reading: choose one above.")
    if one.code == "no_start":
        return _("There is no complete period with a value to start from.")
    change = needed(one, found.kpi)
    moved = "" if change is None else _moved(change, found.kpi)
    if one.code == "no_ambition":
        return _("It asks for no progress: the last complete period was there already.")
    if one.code == "few_changes":
        count = int(_float(numbers["changes"]))
        return ngettext(
            "Too few to say: %(n)s comparison of periods with enough rows, 8 are needed.",
            "Too few to say: %(n)s comparisons of periods with enough rows, 8 are needed.", count,
        ) % {"n": _number(count)}  # fmt: skip
    if one.code == "few_rows":
        count = int(_float(numbers["rows"]))
        return ngettext(
            "Too few to say: the last complete period rests on %(n)s row.",
            "Too few to say: the last complete period rests on %(n)s rows.", count,
        ) % {"n": _number(count)}  # fmt: skip
    changes = int(_float(numbers["changes"]))
    times = round(_float(numbers["share"]) * changes)
    said_ = {"moved": moved, "times": _number(times), "n": _number(changes)}
    if times == 0:
        return _("A change of at least %(moved)s: never in %(n)s comparisons on record.") % said_
    return ngettext(
        "A change of at least %(moved)s: %(times)s time in %(n)s comparisons on record.",
        "A change of at least %(moved)s: %(times)s times in %(n)s comparisons on record.", times,
    ) % said_  # fmt: skip


def _realistic(one: Verdict, found: Smart, project: Project) -> str:
    if one.code == "unknown_capacity":
        return _("There is no volume on record to hold it against.")
    if one.code == "fits":
        return _("The volumes it needs have been there before.")
    required, available = _float(one.numbers["required"]), _float(one.numbers["available"])
    name = str(one.numbers["name"])
    grain = {"month": _("a month"), "quarter": _("a quarter"), "year": _("a year")}[found.grain]
    if name == "coverage":
        money = {"required": _money(required, found), "available": _money(available, found)}
        return _("%(required)s still to be sold; the pipeline there and to come should bring "
                 "%(available)s.") % money  # fmt: skip
    kpi = catalog(project)[name]
    return _("Needs %(required)s %(what)s %(grain)s; best of the last four: %(available)s.") % {
        "required": _number(round(required)), "available": _number(round(available)),
        "what": words.named(kpi.names).lower(), "grain": grain,
    }  # fmt: skip


def _timed(one: Verdict) -> str:
    days = int(_float(one.numbers.get("days") or 0))
    if one.code == "no_due_date":
        return _("No date it must be reached by.")
    if one.code == "past":
        return _("The date is past.")
    if one.code == "shorter_than_cycle":
        return _("%(days)s left, while the median sale takes %(cycle)s: what begins now shows "
                 "later.") % {
            "days": written.figure(days, "days", words.language()),
            "cycle": written.figure(_float(one.numbers["cycle"]), "days", words.language()),
        }
    if one.code == "partial_period":
        return _("The date cuts a month in two: the last figures will be of a part of it.")
    return _("%(days)s left.") % {"days": written.figure(days, "days", words.language())}


def _moved(change: float, kpi: Kpi) -> str:
    if kpi.unit == "ratio":
        return written.points(abs(change), words.language()).removeprefix("+")
    return written.percent(abs(change), words.language())


def _money(amount: float, found: Smart) -> str:
    return written.money_short(amount, found.currency, words.language())


def _number(number: int) -> str:
    return written.number(number, words.language())


def _float(number: object) -> float:
    return float(number) if isinstance(number, (int, float)) else 0.0
