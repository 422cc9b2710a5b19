"""Sentences about figures in both languages: small pure functions, no model and no guess.

KPIs stand in front of what is said of them ("Win rate down …", « Taux de réussite en recul … »):
so no sentence needs to know whether their names are singular or feminine.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kpilot.core import format as written
from kpilot.core.calendar import Fiscal, Period
from kpilot.core.format import NO_BREAK
from kpilot.core.kpi import Kpi
from kpilot.web.kpis import words

VOWELS = "aeiouyhâàéèêëîïôöûüœ"


def opened(text: str) -> str:
    """The text with a capital first letter."""
    return f"{text[:1].upper()}{text[1:]}"


def inside(period: Period, fiscal: Fiscal) -> str:
    """ "in October 2026", « en octobre 2026 », « au T3 2026 », « du 1er au 20 nov. »."""
    name = words.period_name(period, fiscal)
    if period.grain in ("quarter", "fiscal_quarter"):
        return _("in %(quarter)s") % {"quarter": name}
    if period.grain in ("month", "year"):
        return _("in %(month)s") % {"month": name}
    return _("on %(days)s") % {"days": words.days(period)}


def of(period: Period, fiscal: Fiscal) -> str:
    """ "of October 2026", « d'octobre 2026 », « de mai 2026 », « du T3 2026 »."""
    name = words.period_name(period, fiscal)
    if words.language() != "fr":
        return f"of {name}"
    if period.grain in ("quarter", "fiscal_quarter"):
        return f"du {name}"
    return of_name(name)


def of_name(name: str) -> str:
    """French « de » before a name: « d'octobre », « de mai »."""
    return f"d'{name}" if name[:1].lower() in VOWELS else f"de {name}"


def against(period: Period, fiscal: Fiscal) -> str:
    """ "against October 2026", « par rapport à octobre 2026 », « par rapport au T3 2026 »."""
    name = words.period_name(period, fiscal)
    if period.grain in ("quarter", "fiscal_quarter"):
        return _("against %(quarter)s") % {"quarter": name}
    return _("against %(period)s") % {"period": name}


def subject(period: Period, fiscal: Fiscal) -> str:
    """The period as the subject of a sentence: "November", « Novembre », « Le T4 2026 »."""
    name = words.period_name(period, fiscal)
    if period.grain == "month":
        return opened(name.split(" ")[0])
    if period.grain == "quarter" and words.language() == "fr":
        return f"Le {name}"
    return opened(name)


def pace(period: Period, fiscal: Fiscal, status: str) -> str:
    """How the running period stands against its target; "" where there is none."""
    said = {"period": subject(period, fiscal)}
    if status == "achieved":
        return _("%(period)s has reached its target.") % said
    if status == "on_track":
        return _("%(period)s keeps its pace.") % said
    if status == "at_risk":
        return _("%(period)s is behind its pace.") % said
    if status == "off_track":
        return _("%(period)s is far behind its pace.") % said
    if status == "missed":
        return _("%(period)s missed its target.") % said
    return ""


def way(change: float) -> str:
    """Up or down, said of a figure."""
    return pgettext("a figure is", "up") if change > 0 else pgettext("a figure is", "down")


def every(kpi: Kpi, dimension: str, change: float) -> str:
    """What each segment did while the total changed by `change` the other way."""
    better = (change < 0) == (kpi.direction == "up")
    nouns = {
        ("channel", True): _("every channel does better"),
        ("channel", False): _("every channel does worse"),
        ("segment", True): _("every segment does better"),
        ("segment", False): _("every segment does worse"),
        ("product", True): _("every product does better"),
        ("product", False): _("every product does worse"),
        ("team", True): _("every team does better"),
        ("team", False): _("every team does worse"),
        ("country", True): _("every country does better"),
        ("country", False): _("every country does worse"),
    }
    return nouns[dimension, better]


def mix_of(dimension: str) -> str:
    """The mix by a dimension, with its article."""
    nouns = {
        "channel": _("the mix of channels"), "segment": _("the mix of segments"),
        "product": _("the mix of products"), "team": _("the mix of teams"),
        "country": _("the mix of countries"),
    }  # fmt: skip
    return nouns[dimension]


def moved(
    kpi: Kpi, change: float, *, dimension: str, mix: float, is_simpson: bool, is_mix: bool
) -> str:
    """The move in one sentence: what, which way, and whether the mix did it.

    is_mix  the weights changed by more than chance
    """
    said = {"kpi": words.named(kpi.names), "way": way(change)}
    if dimension and is_simpson:
        said["every"] = every(kpi, dimension, change)
        return _("%(kpi)s %(way)s, yet %(every)s: it is the mix that changed.") % said
    if not dimension or not is_mix:
        return _("%(kpi)s %(way)s by more than chance explains.") % said
    said["mix"] = mix_of(dimension)
    if (mix > 0) == (change > 0):
        return _("%(kpi)s %(way)s: %(mix)s changed.") % said
    return _("%(kpi)s %(way)s, although %(mix)s changed the other way.") % said


def from_to(kpi: Kpi, before: float, after: float, currency: str) -> str:
    """ "36.7% → 33.7%"."""
    ends = [words.figure(value, kpi, currency, short=True) for value in (before, after)]
    return f"{ends[0]}{NO_BREAK}→ {ends[1]}"


def effect(kpi: Kpi, value: float, currency: str) -> str:
    """An effect with its sign: points for a share, else in the KPI's unit."""
    language = words.language()
    if kpi.unit == "ratio":
        return written.points(value, language)
    text = words.figure(value, kpi, currency, short=True)
    return f"+{text}" if value > 0 else text


def named_list(names: Sequence[str]) -> str:
    """ "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def declined(kpi: Kpi, value: str, usual: str, when: str, *, is_season: bool) -> str:
    """A decline against the season or the usual level."""
    said = {"kpi": words.named(kpi.names), "value": value, "when": when, "usual": usual}
    if is_season:
        return (
            _(
                "%(kpi)s: %(value)s %(when)s, where the year before and the trend let %(usual)s be"
                " expected."
            )
            % said
        )
    return _("%(kpi)s: %(value)s %(when)s, where %(usual)s is usual.") % said


def stuck(stage: str) -> str:
    """The bottleneck as a headline."""
    return _("Fewer deals get past the stage “%(stage)s” than before.") % {"stage": stage}


def people_behind(count: int) -> str:
    """The heading of who needs help."""
    return ngettext(
        "%(n)s person is behind the pace of their own target",
        "%(n)s people are behind the pace of their own target",
        count,
    ) % {"n": spelled(count, feminine=True)}


def deals_slip(count: int, value: str) -> str:
    """The heading of the deals that slip."""
    return ngettext(
        "%(n)s deal slips or stalls, %(value)s in all",
        "%(n)s deals slip or stall, %(value)s in all",
        count,
    ) % {"n": spelled(count, feminine=True), "value": value}


def gestures(count: int) -> str:
    """The heading of what to do."""
    return ngettext(
        "%(n)s thing, by the money at stake", "%(n)s things, by the money at stake", count
    ) % {"n": spelled(count, feminine=False)}


LETTERS = {
    "en": "One Two Three Four Five Six Seven Eight Nine",
    "fr": "Un Deux Trois Quatre Cinq Six Sept Huit Neuf",
}


def spelled(count: int, *, feminine: bool) -> str:
    """A number at the start of a heading: in letters up to nine, capital first."""
    language = words.language()
    if count == 1 and language == "fr" and feminine:
        return "Une"
    if 1 <= count <= 9:
        return LETTERS[language].split()[count - 1]
    return written.number(count, language)


def put_off(count: int) -> str:
    """How often a deal was postponed: once, twice, three times."""
    if count < 2:
        return _("put off once")
    if count == 2:
        return _("put off twice")
    return _("put off %(n)s times") % {"n": count}


def waits(stalled: int, waiting: int, overdue: int) -> str:
    """What waits for somebody, in one line; "" when nothing does."""
    parts = []
    if stalled:
        parts.append(
            ngettext("%(n)s deal without movement", "%(n)s deals without movement", stalled)
            % {"n": stalled}
        )
    if waiting:
        parts.append(
            ngettext("%(n)s lead without an answer", "%(n)s leads without an answer", waiting)
            % {"n": waiting}
        )
    if overdue:
        parts.append(ngettext("%(n)s late task", "%(n)s late tasks", overdue) % {"n": overdue})
    return opened(named_list(parts))


def false_alarms(kpis: int, expected: float) -> str:
    """How many alerts a year chance alone would give."""
    count = max(1, round(expected))
    followed = ngettext("%(n)s KPI watched", "%(n)s KPIs watched", kpis) % {"n": kpis}
    alarms = ngettext("%(n)s false alarm", "%(n)s false alarms", count) % {
        "n": spelled(count, feminine=True).lower()
    }
    return _("With %(followed)s, expect about %(alarms)s a year.") % {
        "followed": followed, "alarms": alarms,
    }  # fmt: skip
