"""Figures and dates in templates, in the reader's language."""

from datetime import date, datetime
from typing import Literal

from django import template
from django.utils import timezone, translation

from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.format import Unit, Value

register = template.Library()


@register.filter
def number(value: int | None) -> str:
    """A whole number with thousands separators: `{{ count|number }}`."""
    return written.missing(_language()) if value is None else written.number(value, _language())


@register.filter
def percent(value: Value | None, digits: int = 1) -> str:
    """A fraction as a percentage: `{{ rate|percent }}`, `{{ rate|percent:0 }}`."""
    language = _language()
    return written.missing(language) if value is None else written.percent(value, language, digits)


@register.filter
def money(value: Value | None, currency: str) -> str:
    """An amount to the cent, for tables: `{{ amount|money:"EUR" }}`."""
    language = _language()
    return written.missing(language) if value is None else written.money(value, currency, language)


@register.filter
def money_short(value: Value | None, currency: str) -> str:
    """An amount to three significant figures: `{{ amount|money_short:"EUR" }}`."""
    return written.figure(value, "currency", _language(), currency=currency, short=True)


@register.simple_tag
def figure(value: Value | None, unit: Unit, currency: str = "", *, short: bool = False) -> str:
    """A KPI's value in its unit: `{% figure row.value row.unit row.currency %}`."""
    return written.figure(value, unit, _language(), currency=currency, short=short)


@register.simple_tag
def interval(low: Value, high: Value, unit: Unit, currency: str = "", digits: int = 0) -> str:
    """Both ends of an interval with the unit once."""
    return written.interval(low, high, unit, _language(), currency=currency, digits=digits)


@register.filter
def day(value: date, style: Literal["year", "short", "long"] = "year") -> str:
    """A date: `{{ d|day }}` 21 Nov 2026, `{{ d|day:"short" }}` 21 Nov, `{{ d|day:"long" }}`."""
    if style == "long":
        return format_date.day_long(value, _language())
    return format_date.day(value, _language(), year=style == "year")


@register.filter
def moment(value: datetime) -> str:
    """An aware date and time in the project's zone; the year only when it is not this one."""
    local = timezone.localtime(value)
    return format_date.moment(local, _language(), today=timezone.localdate())


def _language() -> str:
    return (translation.get_language() or "en")[:2]
