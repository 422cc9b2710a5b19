"""The answer to a Query: rows of figures that carry what they are made of (rule G18)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from kpilot.core.calendar import Period
from kpilot.core.query import Query
from kpilot.core.words import why

Number = int | float | Decimal


@dataclass(frozen=True, kw_only=True)
class Change:
    """A like-for-like comparison: `value` of this period's days against `prev` of the base's.

    change  by points for ratios and multiples, by share for the rest; None when either is missing
            or the base is nothing; `difference` is value − prev
    """

    value: Number | None
    prev: Number | None
    change: float | None
    difference: Number | None
    this: Period
    base: Period
    reason: str = ""


@dataclass(kw_only=True)
class Row:
    """One figure. Ratios are fractions; a missing value is None with its `reason`.

    dims     dimension → name; `dim_ids` dimension → id
    n        rows (or the denominator) the figure rests on
    excluded rows left out, by reason
    """

    kpi: str
    period: Period
    dims: Mapping[str, str]
    dim_ids: Mapping[str, str]
    value: Number | None
    unit: str
    num: Number | None = None
    den: Number | None = None
    n: int = 0
    lo: float | None = None
    hi: float | None = None
    method: str = ""
    currency: str = ""
    partial: bool = False
    flags: list[str] = field(default_factory=list)
    reason: str = ""
    partial_value: Number | None = None
    excluded: dict[str, int] = field(default_factory=dict)
    compare: Change | None = None
    mean: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The row as `--json` and the API print it."""
        shown: dict[str, Any] = {
            "kpi": self.kpi,
            "period": self.period.key,
            "start": self.period.start.isoformat(),
            "end": self.period.end.isoformat(),
            "dims": {
                **self.dims,
                **{f"{name}_id": value for name, value in self.dim_ids.items()},
            },
            "value": _plain(self.value),
            "num": _plain(self.num),
            "den": _plain(self.den),
            "n": self.n,
            "lo": self.lo,
            "hi": self.hi,
            "method": self.method or None,
            "unit": self.unit,
            "currency": self.currency or None,
            "partial": self.partial,
            "flags": self.flags,
            "reason": self.reason or None,
            "why": self._why(),
            "excluded": self.excluded,
            "compare": _compared(self.compare),
        }
        if self.partial_value is not None:
            shown["partial_value"] = _plain(self.partial_value)
        if self.mean is not None:
            shown["mean"] = self.mean
        return shown

    def _why(self) -> dict[str, str] | None:
        """The reason in words, in both languages."""
        if not self.reason:
            return None
        both = why(self.reason, self.flags, self.excluded)
        return {"en": both.en, "fr": both.fr}


@dataclass(frozen=True, kw_only=True)
class Result:
    """Everything that answers a query.

    as_of is naive UTC, exclusive; horizon is where the data ends; `sql` are the statements that
    ran; `attribution` the mode in force for each KPI.
    """

    query: Query
    rows: list[Row]
    as_of: datetime
    horizon: datetime | None
    data_version: int
    sql: tuple[str, ...]
    attribution: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """One object: the query in its words, the rows, the version of the data, the SQL."""
        words: dict[str, Any] = {}
        for word, value in self.query.params():
            words.setdefault(word, []).append(value)
        single = ("period", "grain", "compare", "attribution", "as_of")
        return {
            "query": {w: v[0] if w in single else v for w, v in words.items()},
            "as_of": f"{self.as_of.isoformat()}Z",
            "rows": [
                {**row.to_json(), "attribution": self.attribution.get(row.kpi)} for row in self.rows
            ],
            "data_version": self.data_version,
            "sql": list(self.sql),
        }


def _compared(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "value": _plain(change.value),
        "prev": _plain(change.prev),
        "change": change.change,
        "difference": _plain(change.difference),
        "from": change.base.start.isoformat(),
        "to": change.base.end.isoformat(),
        "this_from": change.this.start.isoformat(),
        "this_to": change.this.end.isoformat(),
        "reason": change.reason or None,
    }


def _plain(value: Number | None) -> int | float | None:
    """A number JSON can carry; a whole Decimal stays whole."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
