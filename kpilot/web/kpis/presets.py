"""Periods said in words: this month, the last 30 days, … relative to where the data ends (rule G3).

They stay words in the address, so a link kept for a year still opens "this month".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpilot.core.calendar import Fiscal, Grain, Period, add_months, period_of, ranged

DAYS = {"last_7_days": 7, "last_30_days": 30, "last_90_days": 90}
GRAINS: dict[str, Grain] = {
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "fiscal_quarter": "fiscal_quarter",
    "fiscal_year": "fiscal_year",
}
LABELS: dict[str, str | Promise] = {
    "today": _("Today"),
    "last_7_days": _("Last 7 days"),
    "last_30_days": _("Last 30 days"),
    "last_90_days": _("Last 90 days"),
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
    "this_fiscal_quarter": _("This fiscal quarter"),
    "last_fiscal_quarter": _("Last fiscal quarter"),
    "this_fiscal_year": _("This fiscal year"),
    "last_fiscal_year": _("Last fiscal year"),
    "last_12_months": _("Last 12 months"),
    "all": _("All"),
}
TO_DATE: dict[str, str | Promise] = {
    "this_week": _("This week, to date"),
    "this_month": _("This month, to date"),
    "this_quarter": _("This quarter, to date"),
    "this_year": _("This year, to date"),
    "this_fiscal_quarter": _("This fiscal quarter, to date"),
    "this_fiscal_year": _("This fiscal year, to date"),
}


@dataclass(frozen=True, kw_only=True)
class Today:
    """Where the data ends.

    last   the last day that has data, be it unfinished
    whole  the first day that has not wholly passed
    first  the first day of the data, None when there is none
    ended  the first day after the last row, None when there is none
    """

    last: date
    whole: date
    first: date | None
    ended: date | None
    fiscal: Fiscal


def words(fiscal: Fiscal) -> Sequence[str]:
    """The words offered: fiscal ones only where the fiscal year is not the calendar's."""
    return [word for word in LABELS if fiscal.start_month != 1 or "fiscal" not in word]


def label(word: str, today: Today) -> str:
    """What a preset is called; a running period says that it is counted to date."""
    if word in TO_DATE and resolve(word, today).end > today.whole:
        return str(TO_DATE[word])
    return str(LABELS[word])


def resolve(word: str, today: Today) -> Period:
    """The period that `word` means where the data ends; KeyError for a word that is none."""
    if word == "today":
        return period_of(today.last, "day", today.fiscal)
    if word in DAYS:
        return ranged(today.whole - timedelta(DAYS[word]), today.whole)
    if word == "last_12_months":
        end = period_of(today.whole, "month", today.fiscal).start
        return ranged(add_months(end, -12), end)
    if word == "all":
        first = today.first or period_of(today.last, "year", today.fiscal).start
        return ranged(min(first, today.last), today.last + timedelta(1))
    which, _, grain = word.partition("_")
    running = period_of(today.last, GRAINS[grain], today.fiscal)
    if which == "this":
        return running
    return period_of(running.start - timedelta(1), GRAINS[grain], today.fiscal)


def usual(today: Today) -> str:
    """The period a page opens with: this month, or the last when this one has nothing to show."""
    running = resolve("this_month", today)
    is_begun = running.start < today.whole
    has_rows = today.ended is None or today.ended > running.start
    return "this_month" if is_begun and has_rows else "last_month"
