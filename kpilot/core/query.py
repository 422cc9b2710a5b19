"""A question: which KPIs, over which period, by what, for whom. One reading for every surface."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from kpilot.core.calendar import (
    GRAINS,
    Comparison,
    Fiscal,
    Grain,
    Period,
    parse_period,
    ranged,
)
from kpilot.core.dimensions import ATTRIBUTIONS, find_dimension
from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.kpi import Catalog
from kpilot.core.kpi_names import find
from kpilot.core.rights import Reader
from kpilot.core.settings import Settings
from kpilot.core.text import Text

WORDS = ("kpi", "from", "to", "period", "grain", "by", "where", "compare", "as_of", "attribution")
MEASURED = {"amount": "amount", "montant": "amount"}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Rows to keep: those whose `dimension` is (or, `negated`, is not) one of `values`.

    With `below` or `above`, `dimension` is a measured column and the bound stands in `values[0]`.
    """

    dimension: str
    values: tuple[str, ...]
    operator: str = "="

    def __str__(self) -> str:
        return f"{self.dimension}{self.operator}{','.join(_quoted(v) for v in self.values)}"


@dataclass(frozen=True, kw_only=True)
class Query:
    """One question. `reader` has no default: nothing is asked without rights.

    period  None asks for the last complete period of `grain` (default month) and the running one
    grain   None gives one figure for the period
    as_of   the exclusive cut-off, UTC; None is the data's horizon
    """

    kpis: tuple[str, ...]
    reader: Reader
    period: Period | None = None
    grain: Grain | None = None
    by: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    compare: Comparison | None = None
    as_of: datetime | None = None
    attribution: str | None = None

    @staticmethod
    def from_params(
        params: Mapping[str, Sequence[str]],
        *,
        reader: Reader,
        catalog: Catalog,
        settings: Settings,
        fiscal: Fiscal | None = None,
    ) -> "Query":
        """The query that the words of a URL or command line mean; UserError on any wrong one.

        fiscal  the calendar of the project; the one of the settings unless given
        """
        for word in params:
            if word not in WORDS:
                raise UserError(
                    "“{word}” is not a word of a query.",
                    word=word,
                    hint=did_you_mean(word, WORDS),
                    code="unknown_word",
                )
        fiscal = fiscal or fiscal_of(settings)
        return Query(
            kpis=_kpis(params, catalog, settings),
            reader=reader,
            period=_period(params, fiscal),
            grain=_choice(params, "grain", GRAINS),
            by=_unique(find_dimension(word).name for word in _listed(params, "by")),
            where=tuple(_merged(read_filter(text) for text in params.get("where", ()))),
            compare=_choice(params, "compare", get_args(Comparison)),
            as_of=_as_of(_one(params, "as_of"), settings),
            attribution=_choice(params, "attribution", ATTRIBUTIONS),
        )

    def params(self) -> list[tuple[str, str]]:
        """The words that `from_params` reads back to this query, for links."""
        pairs = [("kpi", kpi) for kpi in self.kpis]
        if self.period:
            pairs.append(("period", self.period.key))
        pairs += [("by", name) for name in self.by]
        pairs += [("where", str(condition)) for condition in self.where]
        for word in ("grain", "compare", "attribution"):
            if value := getattr(self, word):
                pairs.append((word, value))
        if self.as_of:
            pairs.append(("as_of", self.as_of.replace(tzinfo=UTC).isoformat()))
        return pairs

    def but(self, **changes: Any) -> "Query":
        """The same question with some parts changed."""
        return replace(self, **changes)


def fiscal_of(settings: Settings) -> Fiscal:
    """The fiscal calendar that the settings describe."""
    return Fiscal(start_month=settings.fiscal_start_month, label=settings.fiscal_label)


def _kpis(
    params: Mapping[str, Sequence[str]], catalog: Catalog, settings: Settings
) -> tuple[str, ...]:
    names = [find(catalog, word, settings.language).name for word in _listed(params, "kpi")]
    if not names:
        raise UserError("Say which KPI.", hint=Text("`kpilot kpis` lists them."), code="no_kpi")
    return _unique(names)


def _period(params: Mapping[str, Sequence[str]], fiscal: Fiscal) -> Period | None:
    text, start, end = _one(params, "period"), _one(params, "from"), _one(params, "to")
    if text and (start or end):
        raise UserError("Give a period, or from and to, not both.", code="bad_period")
    if text:
        found = parse_period(text, fiscal)
        _far(found.start, text)
        _far(found.end, text)
        return found
    if bool(start) != bool(end):
        raise UserError("From and to go together.", code="bad_period")
    return ranged(_date(start), _date(end)) if start and end else None


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UserError(
            "“{text}” is not a date.",
            text=text,
            code="bad_date",
            hint=Text("Write it as 2017-03-31."),
        ) from error
    _far(day, text)
    return day


def _far(day: date, text: str) -> None:
    """UserError for a day without years before and after it to compare with."""
    if not 1000 <= day.year <= 9000:
        raise UserError("“{text}” is not a date.", text=text, code="bad_date",
                        hint=Text("Write it as 2017-03-31."))


def _as_of(text: str | None, settings: Settings) -> datetime | None:
    """An exclusive instant; a date D means local midnight of D+1 (rule G3)."""
    if text is None:
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        day = _date(text) + timedelta(1)
        return midnight(day, settings)
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError as error:
        raise UserError(
            "“{text}” is not a moment.",
            text=text,
            code="bad_date",
            hint=Text("Write it as 2017-03-31 or 2017-03-31T18:00:00+02:00."),
        ) from error
    _far(moment.date(), text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=settings.zone)
    return moment.astimezone(UTC).replace(tzinfo=None)


def midnight(day: date, settings: Settings) -> datetime:
    """The instant (naive UTC) at which `day` starts in the organisation's zone."""
    return datetime.combine(day, time(), settings.zone).astimezone(UTC).replace(tzinfo=None)


def local_date(moment: datetime, settings: Settings) -> date:
    """The business date of an instant (naive UTC)."""
    return moment.replace(tzinfo=UTC).astimezone(settings.zone).date()


def read_filter(text: str) -> Filter:
    """`team=West`, `product!="GTX Pro",MG`, `amount>=1000`: one condition."""
    found = re.match(r"\s*([^=!<>]+?)\s*(!=|>=|<=|=|<|>)\s*(.*)\s*$", text, re.DOTALL)
    if not found or not found[3]:
        raise UserError(
            "“{text}” is not a filter.",
            text=text,
            code="bad_filter",
            hint=Text('Write for example team=West, or product!="GTX Pro".'),
        )
    word, operator, rest = found.groups()
    if word.lower() in MEASURED:
        return Filter(dimension=MEASURED[word.lower()], operator=operator, values=(_number(rest),))
    if operator not in ("=", "!="):
        raise UserError("“{word}” can only be filtered with = or !=.", word=word, code="bad_filter")
    values = tuple(
        quoted.replace('""', '"') if quoted or not bare else bare.strip()
        for quoted, bare in re.findall(r'\s*"((?:[^"]|"")*)"\s*|([^,"]+)', rest)
    )
    return Filter(dimension=find_dimension(word).name, operator=operator, values=values)


def _number(text: str) -> str:
    try:
        return str(Decimal(text.strip()))
    except InvalidOperation as error:
        raise UserError("“{text}” is not a number.", text=text, code="bad_filter") from error


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if re.search(r'[,"]', value) else value


def _merged(filters: Iterable[Filter]) -> list[Filter]:
    """Two filters on one dimension mean either; on different ones, both."""
    merged: dict[tuple[str, str], Filter] = {}
    for one in filters:
        place = (one.dimension, one.operator)
        before = merged[place].values if place in merged and one.operator in ("=", "!=") else ()
        merged[place] = replace(one, values=_unique((*before, *one.values)))
    return list(merged.values())


def _listed(params: Mapping[str, Sequence[str]], word: str) -> list[str]:
    parts = [part.strip() for text in params.get(word, ()) for part in text.split(",")]
    return [part for part in parts if part]


def _one(params: Mapping[str, Sequence[str]], word: str) -> str | None:
    values = [value for value in params.get(word, ()) if value.strip()]
    if len(values) > 1:
        raise UserError("“{word}” is given twice.", word=word, code="twice")
    return values[0].strip() if values else None


def _choice(params: Mapping[str, Sequence[str]], word: str, known: Sequence[str]) -> Any:
    value = _one(params, word)
    if value is not None and value not in known:
        raise UserError(
            "“{value}” is not a value for {word}.",
            value=value,
            word=word,
            hint=did_you_mean(value, known)
            or Text("It is one of: {choices}.", choices=", ".join(known)),
            code="bad_value",
        )
    return value


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
