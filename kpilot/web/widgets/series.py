"""Several lines or columns over time as the front end draws them: figures, words and colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kpilot.core import format_date
from kpilot.core.calendar import Period
from kpilot.core.kpi import Kpi
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line, or one layer of a stack; None where there is no figure."""

    name: str
    colour: str
    values: Sequence[float | None]
    few: Sequence[bool] = ()


def chart(
    kind: Literal["stacked", "lines"],
    kpi: Kpi,
    periods: Sequence[Period],
    series: Sequence[Series],
    state: State,
    *,
    currency: str,
    is_open: bool,
    whole: Sequence[float | None] = (),
) -> Mapping[str, Any]:
    """What frontend/src/charts/series.ts reads. `whole`: what the layers of a step come to."""

    def text(value: float | None) -> str:
        return words.figure(value, kpi, currency, short=True)

    return {
        "kind": kind,
        "unit": kpi.unit,
        "currency": currency,
        "open": is_open,
        "labels": [format_date.period_short(one, words.language()) for one in periods],
        "names": [words.period_name(one, state.today.fiscal) for one in periods],
        "series": [
            {
                "name": one.name,
                "colour": one.colour,
                "values": one.values,
                "texts": [text(value) for value in one.values],
                "few": one.few or [False] * len(one.values),
            }
            for one in series
        ],
        "whole": [text(value) for value in whole],
    }
