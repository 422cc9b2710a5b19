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
from kpilot.core.calendar import Fiscal, Period
from kpilot.core.dimensions import DIMENSIONS, NONE, UNASSIGNED
from kpilot.core.errors import UserError
from kpilot.core.format import Value
from kpilot.core.kpi import Kpi
from kpilot.core.result import Row
from kpilot.core.tables import TABLES
from kpilot.core.text import Text

REASONS: dict[str, str | Promise] = {
    "zero_denominator": N_("Nothing to divide by in this period."),
    "no_rows": N_("Nothing happened in this period."),
    "quantile_not_reached": N_("Fewer than half have got there: there is no median yet."),
    "outside_coverage": N_("The data does not reach these dates."),
    "left_truncated": N_("The data starts in the middle of these dates."),
    "missing_rate": N_("An exchange rate is missing."),
    "amount_coverage": N_("Fewer than 80% of the opportunities have an amount."),
    "no_target": N_("There is no target for this period and these filters."),
    "no_history": N_("The history of stages is missing."),
}
FLAGS: dict[str, str | Promise] = {
    "assumed_currency": N_("Amounts without a currency are taken to be in the project's."),
    "assumed_tz": N_("Times without a zone are taken to be in the project's."),
    "close_date_mismatch": N_("Some close dates are more than a week away from the history."),
    "created_at_proxy": N_("Creation dates are missing: the first exchange stands for them."),
    "gt_one": N_("The share is above 100%."),
    "interval_left_out": N_("The interval was not worked out."),
    "left_edge": N_("Close to where the data starts."),
    "left_truncated": N_("The data starts in the middle of this period."),
    "low_n": N_("Too few to say."),
    "no_history": N_("Without a history, earlier levels show what is known today."),
    "zero_lost_is_null": N_("Zeros on lost opportunities are taken to mean “no amount”."),
}
EXCLUDED: dict[str, str | Promise] = {
    "void": N_("Duplicates, tests and other void reasons"),
    "null_amount": N_("Without an amount"),
    "missing_rate": N_("Without an exchange rate"),
    "no_created_at": N_("Without a creation date"),
    "no_closed_at": N_("Closed, but without a close date"),
    "negative_duration": N_("Closed before they were created"),
    "immature": N_("Too recent to tell"),
    "no_transition_time": N_("Moved on, but nobody knows when"),
    "still_there": N_("Still in the stage"),
    "skipped": N_("Stages that were skipped"),
    "no_probability": N_("Without a probability"),
    "null_probability": N_("Without a probability"),
}
METHODS: dict[str, str | Promise] = {
    "wilson": N_("Wilson"),
    "poisson": N_("exact Poisson"),
    "bootstrap": N_("bootstrap"),
    "delta": N_("delta method"),
    "ranks": N_("order statistics"),
    "kaplan_meier": N_("Kaplan–Meier"),
    "bernoulli": N_("independent chances"),
}
ATTRIBUTIONS: dict[str, str | Promise] = {
    "owner_at_event": N_("owner at the time"),
    "owner_first": N_("first owner"),
    "owner_current": N_("owner today"),
}
VALUES: dict[str, str | Promise] = {
    "open": N_("Open"),
    "won": N_("Won"),
    "lost": N_("Lost"),
}
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


def dimension_label(name: str) -> str:
    """What a dimension is called."""
    dimension = DIMENSIONS[name]
    return dimension.fr if language() == "fr" else dimension.en


def value_label(dimension: str, value: str) -> str:
    """A value of a dimension as people read it; what belongs to nobody says so."""
    if value == NONE:
        return _("(none)")
    if value == UNASSIGNED:
        return _("(unassigned)")
    return str(VALUES.get(value, value)) if dimension == "status" else value


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
        "multiple": "multiple",
    }  # fmt: skip
    return known.get(row.unit, "count")


def why(row: Row) -> str:
    """Why a figure has no value, and where the field that is missing is found."""
    fields = missing_fields(row)
    if fields:
        return _("Missing: %(fields)s.") % {"fields": ", ".join(fields)}
    reason = str(REASONS.get(row.reason, row.reason))
    if row.partial_value is None:
        return reason
    shown = written.figure(
        row.partial_value, _unit(row), language(), currency=row.currency, short=True
    )
    return _("%(reason)s What is known gives %(value)s.") % {"reason": reason, "value": shown}


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
