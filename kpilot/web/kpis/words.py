"""What figures say in words, in the reader's language: reasons, flags, exclusions, comparisons."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import ceil, floor

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core import words as core
from kpilot.core.calendar import Fiscal, Period
from kpilot.core.dimensions import DIMENSIONS
from kpilot.core.errors import UserError
from kpilot.core.format import Value
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.core.tables import TABLES
from kpilot.core.text import Both, Text

GRAINS: dict[str, str | Promise] = {
    "day": N_("by day"),
    "week": N_("by week"),
    "month": N_("by month"),
    "quarter": N_("by quarter"),
    "year": N_("by year"),
    "fiscal_month": N_("by fiscal month"),
    "fiscal_quarter": N_("by fiscal quarter"),
    "fiscal_year": N_("by fiscal year"),
}


def language() -> str:
    """The reader's language, one of the two that figures are written in."""
    return "fr" if (get_language() or "en").startswith("fr") else "en"


def say(text: Text) -> str:
    """A text of the core in the reader's language."""
    return text.render(gettext, language())


def say_error(error: UserError) -> str:
    """An error and its hint in the reader's language."""
    return " ".join(say(part) for part in (error.text, error.hint) if part)


def named(names: Mapping[str, str]) -> str:
    """The name in the reader's language, of something named in both."""
    return names.get(language()) or names.get("en", "")


def both(words: Both) -> str:
    """A name in the reader's language, of something named in both."""
    return core.in_language(words, language())


def reason(word: str) -> str:
    """Why there is no figure, as a sentence."""
    return core.sentence(both(core.said(core.REASONS, word)))


def flag(word: str) -> str:
    """What to know about a figure, as a sentence."""
    return core.sentence(both(core.said(core.FLAGS, word)))


def excluded(word: str) -> str:
    """Which rows were left out, as a label."""
    text = both(core.said(core.EXCLUDED, word))
    return f"{text[:1].upper()}{text[1:]}"


def method(word: str) -> str:
    """How an interval was worked out."""
    return both(core.said(core.METHODS, word))


def attribution(mode: str) -> str:
    """To whom figures are attributed."""
    return both(core.said(core.ATTRIBUTIONS, mode))


def dimension_label(name: str) -> str:
    """What a dimension is called."""
    dimension = DIMENSIONS[name]
    return dimension.fr if language() == "fr" else dimension.en


def value_label(dimension: str, value: str) -> str:
    """A value of a dimension as people read it; what belongs to nobody says so."""
    return both(core.value_said(dimension, value))


def figure(value: Value | None, kpi: Kpi, currency: str, *, short: bool = False) -> str:
    """A value of the KPI in its unit; "n/a" for None."""
    return written.figure(value, kpi.unit, language(), currency=currency, short=short)


def interval(row: Row) -> str:
    """Both ends of the row's interval, or ""."""
    if row.lo is None or row.hi is None or row.value is None:
        return ""
    low, high = row.lo, row.hi
    if row.unit == "count":
        low, high = float(floor(low)), float(ceil(high))
    digits = 1 if row.unit == "ratio" and high - low < 0.1 else 0
    return written.interval(
        low, high, _unit(row), language(), currency=row.currency, digits=digits
    )


def _unit(row: Row) -> written.Unit:
    known: dict[str, written.Unit] = {
        "ratio": "ratio", "currency": "currency", "days": "days", "seconds": "seconds",
        "months": "months", "multiple": "multiple",
    }  # fmt: skip
    return known.get(row.unit, "count")


def why(row: Row) -> str:
    """Why a figure has no value, and where the field that is missing is found."""
    fields = missing_fields(row)
    if fields:
        return _("Missing: %(fields)s.") % {"fields": ", ".join(fields)}
    text = core.sentence(both(core.why(row.reason, (), row.excluded)))
    if row.partial_value is None:
        return text
    shown = written.figure(
        row.partial_value, _unit(row), language(), currency=row.currency, short=True
    )
    return _("%(reason)s What is known gives %(value)s.") % {"reason": text, "value": shown}


def missing_fields(row: Row) -> Sequence[str]:
    """The fields the KPI would need, by name: "Opportunities: Probability"."""
    needs = [flag.removeprefix("missing:") for flag in row.flags if flag.startswith("missing:")]
    if not needs and row.reason == "not_measurable":
        needs = ["opportunity.amount"]  # the field is there, but empty on the rows that count
    return [_(" or ").join(field_label(one) for one in need.split("|")) for need in needs]


def field_label(need: str) -> str:
    """A field of the data model by name, with its table: "Amount (Opportunities)"."""
    table_name, _dot, field_name = need.partition(".")
    table = TABLES.get(table_name)
    if table is None or not table.has(field_name):
        return need
    french, field = language() == "fr", table.field(field_name)
    field_text = field.fr if french else field.en
    return f"{field_text} ({table.fr if french else table.en})"


def period_name(period: Period, fiscal: Fiscal) -> str:
    """A period by its name, else by its days."""
    return format_date.period(period, language(), fiscal)


def days(period: Period, *, year: bool = True) -> str:
    """The days of a period, first to last."""
    return format_date.days_between(period.start, period.end, language(), year=year)


def same_year(base: Period, this: Period) -> bool:
    """Whether the days of both periods are all of one year, so that it need not be said twice."""
    days_ = (base.start, base.end - timedelta(1), this.start, this.end - timedelta(1))
    return len({day.year for day in days_}) == 1


def than(base: Period, *, is_level: bool, this: Period) -> str:
    """ "than on 1–22 Oct": what a figure was held against, said exactly."""
    key = base.key
    year = not same_year(base, this)
    if is_level:
        last = base.end - timedelta(1)
        return _("than on %(day)s") % {"day": format_date.day(last, language(), year=year)}
    if key == f"{base.start:%Y-%m}":
        return _("than in %(month)s") % {"month": period_name(base, Fiscal())}
    if key == f"{base.start.year}":
        return _("than in %(year)s") % {"year": key}
    if base.grain == "quarter" and "-Q" in key:
        return _("than in %(quarter)s") % {"quarter": period_name(base, Fiscal())}
    if base.grain == "week" and "-W" in key:
        return _("than in %(week)s") % {"week": period_name(base, Fiscal())}
    return _("than on %(days)s") % {"days": days(base, year=year)}
