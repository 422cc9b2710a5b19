"""Whether what a TOML file says has the shape of a KPI, before anything is made of it.

Files of the catalogue are written by hand: a wrong type or word is answered with the key it
stands at, never with a stack trace.
"""

import re
from collections.abc import Mapping
from typing import Any

from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.text import Text

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST_NAME = 60
UNITS = ("count", "ratio", "currency", "days", "seconds", "months", "multiple")
KINDS = ("sum", "ratio", "quantile", "survival", "growth", "attainment", "target", "formula")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "unit": UNITS,
    "direction": ("up", "down", "band"),
    "attribution": ("owner_at_event", "owner_first", "owner_current", "touched", "touch_equal",
                    "split"),
    "min_grain": ("week", "month", "quarter", "year"),
    "measure.kind": KINDS,
    "measure.versus": ("previous", "year"),
}  # fmt: skip
WORDS = ("fact", "date", "agent", "family", "money", "guardrail", "companion", "coverage", "over",
         "entity")  # fmt: skip
LISTS = ("requires", "by", "not_by", "examples", "recommended")
MAPS = ("names", "meaning", "formula", "caveat", "covered", "excluded", "flags")
BOTH = ("names", "meaning", "formula", "caveat")
SIGNS = ("additive", "whole", "level", "ahead")
MEASURE_WORDS = ("value", "event", "where", "of", "if_spent")
MEASURE_KEYS = ("kind", "num", "den", "value", "event", "where", "p", "mean", "of", "versus",
                "over", "otherwise", "to_date", "positive", "if_spent", "model")  # fmt: skip
TERM_KEYS = ("where", "sum", "distinct")


def check_name(name: str, where: str) -> None:
    """UserError unless `name` can be an id: in addresses, on the command line and in SQL."""
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise bad(
            where,
            Text("“{name}” cannot be its id.", name=name),
            Text("Name the file in small letters, digits and single _, such as demo_calls.toml."),
        )


def check_shape(given: Mapping[str, Any], where: str) -> None:
    """UserError naming the first key whose value is not of its kind."""
    for key in WORDS:
        _need(given, key, str, where)
    for key in LISTS:
        if not all(isinstance(one, str) for one in _need(given, key, list, where) or ()):
            raise bad(where, Text("“{key}” is a list of words.", key=key))
    for key in MAPS:
        for inner in (_need(given, key, dict, where) or {}).values():
            if not isinstance(inner, str):
                raise bad(where, Text("“{key}” holds texts.", key=key))
    version = given.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise bad(where, Text("“{key}” is a whole number from 1 on.", key="version"))
    for key in SIGNS:
        _need(given, key, bool, where)
    for inner in (_need(given, "aliases", dict, where) or {}).values():
        if not isinstance(inner, list):
            raise bad(where, Text("“{key}” is a list of words.", key="aliases"))
    _check_advice(_need(given, "advice", dict, where) or {}, where)
    measure = _need(given, "measure", dict, where) or {}
    _check_measure(measure, where)
    for key, known in CHOICES.items():
        _check_choice({**given, **{f"measure.{k}": v for k, v in measure.items()}}, key, known,
                      where)  # fmt: skip
    for suffix, own in (_need(given, "variants", dict, where) or {}).items():
        check_name(suffix, where)
        if not isinstance(own, dict):
            raise bad(where, Text("“{key}” is a table.", key=f"variants.{suffix}"))
        check_shape(own, f"{where}, variants.{suffix}")


def _check_advice(advice: Mapping[str, Any], where: str) -> None:
    objectives = advice.get("objectives", {})
    modifiers = advice.get("modifiers", [])
    is_sound = isinstance(objectives, dict) and isinstance(modifiers, list)
    if not is_sound or not all(isinstance(m, dict) and {"when", "p"} <= set(m) for m in modifiers):
        raise bad(where, Text("“{key}” must be {kind}.", key="advice", kind=KINDS_SAID[dict]))


def _check_measure(measure: Mapping[str, Any], where: str) -> None:
    for key in measure:
        if key not in MEASURE_KEYS:
            raise bad(where, Text("There is no key “{key}”.", key=f"measure.{key}"),
                      did_you_mean(key, MEASURE_KEYS))  # fmt: skip
    inside = {f"measure.{key}": value for key, value in measure.items()}
    for key in MEASURE_WORDS:
        _need(inside, f"measure.{key}", str, where)
    for key in ("over", "otherwise"):
        _need(inside, f"measure.{key}", dict, where)
    if not all(isinstance(one, str) for one in _need(inside, "measure.to_date", list, where) or ()):
        raise bad(where, Text("“{key}” is a list of words.", key="measure.to_date"))
    for key in ("mean", "positive"):
        _need(inside, f"measure.{key}", bool, where)
    p = measure.get("p", 0.5)
    if not isinstance(p, float) or not 0 < p < 1:
        raise bad(where, Text("“{key}” is a number between 0 and 1.", key="measure.p"))
    for side in ("num", "den"):
        term = _need(inside, f"measure.{side}", dict, where) or {}
        for key, value in term.items():
            if key not in TERM_KEYS:
                raise bad(where, Text("There is no key “{key}”.", key=f"measure.{side}.{key}"),
                          did_you_mean(key, TERM_KEYS))  # fmt: skip
            if not isinstance(value, str):
                raise bad(where, Text("“{key}” is a text.", key=f"measure.{side}.{key}"))


def _check_choice(
    given: Mapping[str, Any], key: str, known: tuple[str, ...], where: str
) -> None:
    if key in given and given[key] not in known:
        value = str(given[key])
        raise bad(
            where,
            Text("“{value}” is not a value for {word}.", value=value, word=key),
            did_you_mean(value, known)
            or Text("It is one of: {choices}.", choices=", ".join(known)),
        )


KINDS_SAID = {
    str: Text("a text"), list: Text("a list"), dict: Text("a table"), bool: Text("true or false")
}  # fmt: skip


def _need(given: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    value = given.get(key)
    if value is not None and not isinstance(value, kind):
        raise bad(where, Text("“{key}” must be {kind}.", key=key, kind=KINDS_SAID[kind]))
    return value


def in_both_languages(given: Mapping[str, Any]) -> dict[str, Any]:
    """The KPI with every text in both languages: the one given stands for the other, the name for
    a meaning or a formula nobody wrote."""
    filled = {**given}
    if isinstance(given.get("names"), dict):
        for key in ("meaning", "formula"):
            filled.setdefault(key, given["names"])
    for key in BOTH:
        texts = filled.get(key)
        if isinstance(texts, dict) and set(texts) & {"en", "fr"}:
            one = texts.get("en") or texts.get("fr") or ""
            filled[key] = {**texts, "en": texts.get("en") or one, "fr": texts.get("fr") or one}
    if isinstance(given.get("variants"), dict):
        filled["variants"] = {
            suffix: in_both_languages(own) if isinstance(own, dict) else own
            for suffix, own in given["variants"].items()
        }
    return filled


def bad(where: str, what: Text, hint: Text | None = None) -> UserError:
    """What is wrong with the file `where`."""
    return UserError(
        "{where}: this is not a KPI. {what}", where=where, what=what, hint=hint, code="bad_kpi"
    )
