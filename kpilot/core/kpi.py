"""What a KPI is: a TOML file read into a checked, frozen definition."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from typing import Any, Literal

from sqlglot import exp

from kpilot.core import expression
from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.text import Text, with_french_spaces

MeasureKind = Literal[
    "sum", "ratio", "quantile", "survival", "growth", "attainment", "target", "formula", "model"
]
Unit = Literal["count", "ratio", "currency", "days", "seconds", "months", "multiple"]
PERIOD = "period"


@dataclass(frozen=True, kw_only=True)
class Term:
    """A count of the rows where `where` holds, the sum of `total` over them, or how many
    different values of the column `distinct` they have."""

    total: exp.Expr | None = None
    distinct: str = ""
    where: exp.Expr | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How a KPI's number comes from the rows of its fact.

    sum         `num`
    ratio       `num` / `den`, each summed first
    quantile    the `p` quantile (type 7) of `value` over the rows where `where` holds; `mean`
                takes their mean instead
    survival    the `p` quantile of the Kaplan–Meier curve of `value`, ended where `event` holds
    growth      how `of` changed against the `versus` period
    attainment  `of` over its targets; target is the sum of these
    formula     `value` over the figures of other KPIs; `over` asks one for another period,
                `to_date` takes one that nobody could add to yet for nothing,
                `otherwise` stands in for one that is not measurable (a setting that is set goes
                before it), `positive` refuses a value ≤ 0, `if_spent` is the reason of a
                denominator ≤ 0
    model       a function of `kpilot/ask/models/`
    """

    kind: MeasureKind
    num: Term = field(default_factory=Term)
    den: Term = field(default_factory=Term)
    value: exp.Expr | None = None
    event: exp.Expr | None = None
    where: exp.Expr | None = None
    p: float = 0.5
    mean: bool = False
    of: str = ""
    versus: Literal["previous", "year"] = "previous"
    over: Mapping[str, str] = field(default_factory=dict)
    otherwise: Mapping[str, exp.Expr] = field(default_factory=dict)
    to_date: tuple[str, ...] = ()
    positive: bool = False
    if_spent: str = ""
    model: str = ""

    @property
    def operands(self) -> tuple[str, ...]:
        """The KPIs a formula is made of, in the order they are written."""
        if self.kind != "formula" or self.value is None:
            return (self.of,) if self.of else ()
        return tuple(dict.fromkeys(column.name for column in self.value.find_all(exp.Column)))


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What the advisor weighs (specification §3): how the KPI serves each objective, and the
    conditions on the business that make it more or less fit."""

    group: str
    lead_lag: Literal["leading", "coincident", "lagging"]
    objectives: Mapping[str, float]
    modifiers: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """One KPI as the catalogue defines it.

    date     the fact's business date that puts a row in a period; "" for a stock, a level at
             the end of the period; "period" when the fact itself is made for the periods asked
    coverage "fact.column" whose dates say what is covered: beside its own, or for "period"
    min_grain  the shortest step of time it says anything of
    level    whether it is read at one moment though its fact is made for the periods asked
    ahead    whether it means something of a period to come
    over     the rows of another stretch of days make the figure: "trailing:<days or setting>"
    entity   the column that says which rows belong together when rows are resampled
    agent    which agent column `owner_at_event` means: "first", "closed", "current", …
    money    the fact's amount column in the organisation's currency, when the unit is money or
             the KPI weighs by it
    covered  sides that need an amount on 80 % of their rows (rule G6)
    excluded counts of rows left out, by reason
    flags    columns of the fact that, when true on a counted row, flag the figure
    by       dimensions it is never pooled over
    not_by   dimensions it means nothing by, though its fact has them
    whole    whether its rows belong to nobody, so that only who sees everything gets a figure
    """

    name: str
    version: int
    unit: Unit
    direction: Literal["up", "down", "band"]
    fact: str
    date: str
    agent: str
    measure: Measure
    names: Mapping[str, str]
    meaning: Mapping[str, str]
    formula: Mapping[str, str]
    family: str = ""
    caveat: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    money: str = ""
    covered: Mapping[str, exp.Expr] = field(default_factory=dict)
    excluded: Mapping[str, exp.Expr] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    whole: bool = False
    additive: bool = False
    guardrail: str = ""
    companion: str = ""
    attribution: str = "owner_at_event"
    variant_of: str = ""
    examples: tuple[str, ...] = ()
    coverage: str = ""
    over: str = ""
    min_grain: Literal["", "week", "month", "quarter", "year"] = ""
    level: bool = False
    ahead: bool = False
    entity: str = ""
    band: tuple[float, float] | None = None
    advice: Advice | None = None

    @cached_property
    def defined_as(self) -> Mapping[str, str]:
        """What decides the figure, in words of its file: when any of it changes, the KPI is
        another one and its version rises. Names and explanations may change freely."""
        said = {
            "fact": self.fact,
            "date": self.date,
            "agent": self.agent,
            "over": self.over,
            "by": " ".join(self.by),
            "measure": _said(self.measure),
            "excluded": _said(dict(self.excluded)),
            "covered": _said(dict(self.covered)),
        }
        return {key: value for key, value in said.items() if value}

    @property
    def is_stock(self) -> bool:
        return not self.date and self.measure.kind in ("sum", "ratio", "quantile")

    @property
    def is_level(self) -> bool:
        return self.is_stock or self.level

    @property
    def is_formula(self) -> bool:
        return self.measure.kind in ("growth", "attainment", "target", "formula", "model")

    @property
    def is_model(self) -> bool:
        return self.measure.kind == "model"

    @property
    def is_windowed(self) -> bool:
        return self.date == PERIOD


Catalog = Mapping[str, Kpi]


def _said(value: Any) -> str:
    """A measure or condition as text, the same for the same meaning."""
    if isinstance(value, exp.Expr):
        return value.sql(dialect="duckdb")
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_said(value[key])}" for key in sorted(value))
    if is_dataclass(value):
        given = {one.name: getattr(value, one.name) for one in fields(value)}
        nothing: tuple[object, ...] = (None, "", False, {}, ())
        return "{" + _said({k: v for k, v in given.items() if v not in nothing}) + "}"
    return str(value)


_BILINGUAL = ("names", "meaning", "formula")
KEYS = frozenset(
    {"version", "unit", "direction", "family", "fact", "date", "agent", "attribution", "requires",
     "money", "by", "additive", "guardrail", "companion", "names", "meaning", "formula", "caveat",
     "aliases", "measure", "covered", "excluded", "flags", "variants", "examples", "advice",
     "coverage", "over", "entity", "band", "recommended", "not_by", "whole",
     "level", "ahead", "min_grain"}
)  # fmt: skip


def read_kpis(name: str, given: Mapping[str, Any], where: str) -> list[Kpi]:
    """The KPI called `name` and its variants, from its TOML; UserError saying what is wrong."""
    kpi = _read(name, given, where)
    variants = [
        _read(f"{name}_{suffix}", _merged(given, own), where, variant_of=name)
        for suffix, own in given.get("variants", {}).items()
    ]
    return [kpi, *variants]


def _spaced(plain: Mapping[str, Any]) -> dict[str, Any]:
    """`plain` with the French of its texts set as French is."""
    texts = {
        key: {**plain[key], "fr": with_french_spaces(plain[key].get("fr", ""))}
        for key in (*_BILINGUAL, "caveat") if key in plain
    }  # fmt: skip
    return {**plain, **texts}


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    alone = ("variants", "aliases", "advice")
    kept = {key: value for key, value in base.items() if key not in alone}
    return {**kept, **own}


def _read(name: str, given: Mapping[str, Any], where: str, variant_of: str = "") -> Kpi:
    for key in given:
        if key not in KEYS:
            raise _wrong(where, Text("There is no key “{key}”.", key=key), did_you_mean(key, KEYS))
    for key in (*_BILINGUAL, "unit", "direction", "measure"):
        if key not in given:
            raise _wrong(where, Text("“{key}” is missing.", key=key), None)
    for key in _BILINGUAL:
        if set(given[key]) != {"en", "fr"}:
            raise _wrong(where, Text("“{key}” needs en and fr.", key=key), None)
    plain = {
        key: given[key]
        for key in ("unit", "direction", "names", "meaning", "formula", "family", "caveat", "money",
                    "flags", "guardrail", "companion", "attribution", "additive", "coverage",
                    "over", "entity", "whole", "level", "ahead",
                    "min_grain")
        if key in given
    }  # fmt: skip
    return Kpi(
        name=name,
        version=given.get("version", 1),
        fact=given.get("fact", ""),
        date=given.get("date", ""),
        agent=given.get("agent", "current"),
        measure=_measure(given["measure"], where),
        aliases={language: tuple(words) for language, words in given.get("aliases", {}).items()},
        requires=tuple(given.get("requires", ())),
        by=tuple(given.get("by", ())),
        not_by=tuple(given.get("not_by", ())),
        covered=_expressions(given.get("covered", {}), where),
        excluded=_expressions(given.get("excluded", {}), where),
        variant_of=variant_of,
        band=_band(given.get("band"), where),
        advice=_advice(given.get("advice"), where),
        examples=tuple(given.get("examples", ())),
        **_spaced(plain),
    )


def _measure(given: Mapping[str, Any], where: str) -> Measure:
    plain = {
        key: given[key]
        for key in ("kind", "p", "mean", "of", "versus", "over", "positive", "if_spent", "model")
        if key in given
    }
    return Measure(
        num=_term(given.get("num", {}), where),
        den=_term(given.get("den", {}), where),
        value=_maybe(given.get("value"), where),
        event=_maybe(given.get("event"), where),
        where=_maybe(given.get("where"), where),
        otherwise=_expressions(given.get("otherwise", {}), where),
        to_date=tuple(given.get("to_date", ())),
        **plain,
    )


def _term(given: Mapping[str, str], where: str) -> Term:
    return Term(
        total=_maybe(given.get("sum"), where),
        distinct=given.get("distinct", ""),
        where=_maybe(given.get("where"), where),
    )


def _band(given: Any, where: str) -> tuple[float, float] | None:
    if given is None:
        return None
    if not isinstance(given, list) or len(given) != 2 or not given[0] < given[1]:
        raise _wrong(where, Text("“{key}” is a low and a high number.", key="band"), None)
    return float(given[0]), float(given[1])


def _advice(given: Mapping[str, Any] | None, where: str) -> Advice | None:
    if given is None:
        return None
    for key in ("group", "lead_lag", "objectives"):
        if key not in given:
            raise _wrong(where, Text("“{key}” is missing.", key=f"advice.{key}"), None)
    return Advice(
        group=given["group"],
        lead_lag=given["lead_lag"],
        objectives=dict(given["objectives"]),
        modifiers=tuple((m["when"], float(m["p"])) for m in given.get("modifiers", ())),
    )


def _maybe(text: str | None, where: str) -> exp.Expr | None:
    return None if text is None else expression.parse(text, None, where)


def _expressions(given: Mapping[str, str], where: str) -> dict[str, exp.Expr]:
    return {name: expression.parse(text, None, where) for name, text in given.items()}


def _wrong(where: str, what: Text, hint: Text | None) -> UserError:
    return UserError(
        "{where}: this is not a KPI. {what}", where=where, what=what, hint=hint, code="bad_kpi"
    )
