"""The levers of a target in the reader's words: how much more, against what, how likely."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpilot.analysis.what_it_takes import Option
from kpilot.core import format as written
from kpilot.web.kpis import words
from kpilot.web.targets.takes import Lever, Takes

COMMON = 0.20


@dataclass(frozen=True, kw_only=True)
class SaidLever:
    """One way to the target, ready to be shown."""

    title: str
    big: str
    way: str
    past: str
    status: str
    status_word: str
    interval: str


def levers(found: Takes, currency: str) -> list[SaidLever]:
    """Every lever that is enough by itself, or of which too little is known."""
    return [_said(one, found, currency) for one in found.levers
            if one.option.reason != "above_one"]  # fmt: skip


def not_alone(found: Takes) -> list[str]:
    """The levers that would not be enough even at their utmost, by name."""
    return [_title(one.option) for one in found.levers if one.option.reason == "above_one"]


def _said(one: Lever, found: Takes, currency: str) -> SaidLever:
    option = one.option
    title = _room(option) if _falls(option) else _title(option)
    if option.reason == "too_few":
        return SaidLever(title=title, big="–", way="", past="", interval="", status="too_few",
                         status_word=_("Too few to say"))  # fmt: skip
    shown = _shown(option, found, currency)
    status, word = ("on_track", _("Room")) if _falls(option) else _realism(one)
    past = "" if _falls(option) else _past(one, found, currency)
    return SaidLever(title=title, big=shown[0], way=shown[1], past=past,
                     status=status, status_word=word, interval=shown[2])  # fmt: skip


def has_room(found: Takes) -> bool:
    """Whether the funnel brings more than is missing, so that every lever may fall."""
    return any(_falls(one.option) for one in found.levers)


def _falls(option: Option) -> bool:
    return option.change is not None and option.change < 0


def _room(option: Option) -> str:
    match option.kind:
        case "leads":
            return _("Leads")
        case "entries":
            return _("Opportunities, wherever from")
        case "lead_rate":
            return _("Leads becoming opportunities")
        case "value":
            return _("Average sale")
    if option.name == "win_rate":
        return _("Win rate")
    return _("Going on from “%(stage)s”") % {"stage": option.name}


def _title(option: Option) -> str:
    match option.kind:
        case "leads":
            return _("More leads")
        case "entries":
            return _("More opportunities, wherever from")
        case "lead_rate":
            return _("More leads becoming opportunities")
        case "value":
            return _("A larger average sale")
    if option.name == "win_rate":
        return _("A better win rate")
    return _("More going on from “%(stage)s”") % {"stage": option.name}


def _shown(option: Option, found: Takes, currency: str) -> tuple[str, str, str]:
    """(the change, from → to, the interval)."""
    language = words.language()
    before, after, change = option.before, option.after or 0.0, option.change or 0.0
    low, high = option.interval or (after, after)
    if option.kind in ("leads", "entries"):
        weeks = max(found.weeks, 1 / 7)
        each = change / weeks
        big = _("%(n)s a week") % {"n": _signed(each, language)}
        way = _("%(before)s → %(after)s a week") % {
            "before": _amount(before / weeks, language), "after": _amount(after / weeks, language),
        }  # fmt: skip
        ends = written.interval(round(low / weeks, 1), round(high / weeks, 1), "multiple", language
                                ).replace("×", "").strip("\u00a0 ")  # fmt: skip
        return big, way, ends
    if option.kind == "value":
        text = written.money_short(abs(change), currency, language)
        sign = "+" if change >= 0 else written.MINUS
        ends = written.interval(low, high, "currency", language, currency=currency)
        return (_("%(amount)s a sale") % {"amount": f"{sign}{text}"},
                f"{written.money_short(before, currency, language)} → "
                f"{written.money_short(after, currency, language)}", ends)  # fmt: skip
    way = f"{written.percent(before, language)} → {written.percent(after, language)}"
    ends = written.interval(low, high, "ratio", language, digits=1)
    return written.points(change, language), way, ends


def _past(one: Lever, found: Takes, currency: str) -> str:
    if not one.past.periods:
        return _("There is no complete month to hold it against.")
    best = _best(one, found, currency)
    said = {"times": written.number(one.past.times, words.language()), "best": best,
            "n": written.number(one.past.periods, words.language())}  # fmt: skip
    if not one.past.times:
        return _("Never reached in %(n)s months; the best was %(best)s.") % said
    return ngettext(
        "Reached in %(times)s of %(n)s months; the best was %(best)s.",
        "Reached in %(times)s of %(n)s months; the best was %(best)s.", one.past.times,
    ) % said  # fmt: skip


def _best(one: Lever, found: Takes, currency: str) -> str:
    best, language = one.past.best or 0.0, words.language()
    match one.option.kind:
        case "leads" | "entries":
            return _("%(n)s a week") % {"n": _amount(best * 7 / 30.4375, language)}
        case "value":
            return written.money_short(best, currency, language)
    return written.percent(best, language)


def _realism(one: Lever) -> tuple[str, str]:
    share = one.past.share
    if share is None:
        return "no_data", _("Not known")
    if share >= COMMON:
        return "on_track", _("Achievable")
    if one.past.times:
        return "at_risk", _("Ambitious")
    return "off_track", _("Never seen yet")


def _amount(value: float, language: str) -> str:
    return written.decimal(value, language, 1 if abs(value) < 100 else 0, strip=True)


def _signed(value: float, language: str) -> str:
    text = _amount(value, language)
    return text if text.startswith(written.MINUS) else f"+{text}"
