"""What can be set in kpilot.toml, with its defaults and checks.

The names of the specification's configurable choices (its ◆ marks) are kept; each stands here from
the moment the product uses it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.text import Text

MEMORY = re.compile(r"[1-9]\d{0,6}(\.\d+)? ?([MGT]i?B|%)", re.IGNORECASE)
MOST_DAYS = 36_500  # further from a date there may be no other
MOST_THREADS = 256


def _setting(default: Any, en: str, *, choices: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"en": en, "choices": choices})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a project, all with a default that suits a French company."""

    organisation: str = _setting("", "Name of the organisation, shown on pages and reports.")
    tz: str = _setting("Europe/Paris", "IANA time zone in which a date is a date.")
    currency: str = _setting("EUR", "ISO code of the currency that money is shown in.")
    language: str = _setting("en", "Language of the command line.", choices=("en", "fr"))
    fiscal_start_month: int = _setting(1, "Month in which the fiscal year starts, 1 to 12.")
    fiscal_label: str = _setting(
        "end_year", "The year that names a fiscal year.", choices=("end_year", "start_year")
    )
    sales_source: str = _setting(
        "won_opps", "What counts as a sale.", choices=("won_opps", "orders")
    )
    amount_policy: str = _setting(
        "latest", "Which amount of a closed opportunity counts.", choices=("latest", "at_close")
    )
    close_date_source: str = _setting(
        "field", "Which date closes an opportunity.", choices=("field", "history")
    )
    void_reasons: tuple[str, ...] = _setting(
        (), "Close reasons that remove an opportunity from rates, such as duplicate, test, spam."
    )
    zero_lost_is_null: bool = _setting(
        True, "Zeros on nearly all lost opportunities of a source mean “no amount”."
    )
    fx_max_stale_days: int = _setting(31, "How many days an exchange rate may be used for.")
    stage_window_days: int = _setting(90, "Days an opportunity has to reach the next stage.")
    lead_dedupe_days: int = _setting(
        30, "Days within which leads with one e-mail or phone are the same lead."
    )
    sla_seconds: int = _setting(300, "Seconds within which a lead should be contacted.")
    lead_window_days: int = _setting(90, "Days a lead has to become an opportunity.")
    meeting_window_days: int = _setting(30, "Days a lead has to get its first meeting.")
    customer_window_days: int = _setting(180, "Days a lead has to become a customer.")
    win_window_days: int = _setting(180, "Days an opportunity has to be won.")
    repurchase_window_days: int = _setting(90, "Days a new customer has to order again.")
    velocity_lookback_days: int = _setting(
        90, "Days of closed opportunities behind the pipeline velocity."
    )
    cycle_window_days: int = _setting(365, "Days of opportunities behind the time to decision.")
    cycle_anchor: str = _setting(
        "opp_created",
        "Where a sales cycle starts.",
        choices=("opp_created", "first_contact", "lead_created"),
    )
    prob_source: str = _setting(
        "record",
        "Where the chances behind the weighted pipeline come from: those recorded, else the"
        " stage's; or the share won of the opportunities that reached the same stage and closed in"
        " the last 365 days.",
        choices=("record", "empirical"),
    )
    stalled_days: int = _setting(30, "Days without movement after which a deal is stalled.")
    activity_kinds: tuple[str, ...] = _setting((), "Kinds of activity that count; none: all.")
    short_abandon_s: int = _setting(5, "Seconds of waiting under which a hang-up does not count.")
    service_level_s: int = _setting(20, "Seconds within which a call should be answered.")
    gap_grace_days: int = _setting(30, "Days a customer may pause without being lost.")
    retention_days: int = _setting(365, "Days after a win at which loyalty is judged.")
    cac_lag_days: int = _setting(0, "Days by which costs come before the customers they win.")
    gross_margin: float = _setting(
        0.0, "Gross margin as a fraction, where no order line says its cost; 0 means unknown."
    )
    customer_source: str = _setting(
        "auto",
        "What makes an account a customer.",
        choices=("auto", "opportunities", "orders", "mrr"),
    )
    forecast_lead_days: int = _setting(
        0, "Days before a period's start at which its forecast is taken."
    )
    memory_limit: str = _setting("1GB", "Memory the warehouse may use.")
    threads: int = _setting(0, "Processor threads the warehouse may use; 0 means all.")

    def placeholders(self) -> dict[str, Any]:
        """Every setting by name, as facts and measures may use it (`:stalled_days`)."""
        return {setting.name: getattr(self, setting.name) for setting in fields(self)}

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)


def check(given: Mapping[str, object], *, where: str = "kpilot.toml") -> Settings:
    """Settings made from `given`; UserError with "did you mean" for a wrong name or value."""
    known = {setting.name: setting for setting in fields(Settings)}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise UserError(
                "{where}: there is no setting “{name}”.",
                where=where,
                name=name,
                hint=did_you_mean(name, known),
                code="unknown_setting",
            )
        values[name] = _checked(name, value, known[name].default, known[name].metadata, where)
    return Settings(**values)


def _checked(name: str, value: Any, default: object, about: Mapping[str, Any], where: str) -> Any:
    if isinstance(default, tuple) and isinstance(value, (list, tuple)):
        return tuple(str(item) for item in value)
    kind: type[Any] = type(default)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
        examples = {bool: "true", int: "4", float: "0.8", str: '"…"', tuple: '["…"]'}
        expected = examples[kind]
        hint = Text("Write for example: {name} = {example}", name=name, example=expected)
        raise _bad(where, name, value, hint)
    if about["choices"] and value not in about["choices"]:
        near = did_you_mean(str(value), about["choices"])
        raise _bad(where, name, value, near or _one_of(about["choices"]))
    if name == "tz" and value not in _zones():
        raise _bad(where, name, value, did_you_mean(str(value), sorted(_zones())))
    if name == "memory_limit" and not MEMORY.fullmatch(value):
        raise _bad(where, name, value, Text("Write for example: {name} = {example}", name=name,
                                            example='"1GB"'))
    if name == "gross_margin" and not value <= 1:
        raise _bad(where, name, value, Text("It is a fraction from 0 to 1."))
    if name == "fiscal_start_month" and not 1 <= value <= 12:
        raise _bad(where, name, value, Text("It is a month from 1 to 12."))
    if name == "currency" and not re.fullmatch("[A-Z]{3}", value):
        raise _bad(where, name, value, Text("It is a three-letter code such as EUR."))
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value < 0:
        raise _bad(where, name, value, Text("It cannot be negative."))
    most = MOST_DAYS if name.endswith("_days") else MOST_THREADS if name == "threads" else 10**9
    if isinstance(value, int) and value > most:
        raise _bad(where, name, value, Text("It is at most {most}.", most=most))
    return value


@cache
def _zones() -> frozenset[str]:
    """The names of time zones: listing them reads a folder. "localtime" is each machine's own."""
    return frozenset(available_timezones() - {"localtime"})


def _one_of(choices: tuple[str, ...]) -> Text:
    return Text("It is one of: {choices}.", choices=", ".join(choices))


def _bad(where: str, name: str, value: object, hint: Text | None) -> UserError:
    return UserError(
        "{where}: “{value}” is not a value for {name}.",
        where=where,
        name=name,
        value=value,
        hint=hint,
        code="bad_setting",
    )
