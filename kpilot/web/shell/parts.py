"""What the components of a page are made of. Views fill these in; templates only draw them.

All texts are ready for the reader: written in her language by `kpilot.core.format` and gettext.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from kpilot.core.format import Unit

Judgement = Literal["good", "bad", ""]
Tone = Literal["good", "risk", "bad", "info", ""]


@dataclass(frozen=True, kw_only=True)
class Change:
    """How a value moved: `text` such as "+7.3%", `words` such as "more than on 1–22 Oct".

    The arrow follows `direction`, the colour `judgement`: a cycle that got longer is up and bad.
    """

    text: str
    words: str
    direction: Literal["up", "down", "level"]
    judgement: Judgement = ""


@dataclass(frozen=True, kw_only=True)
class Spark:
    """A small line of the last periods; None is a gap. `open`: the last one is unfinished."""

    values: Sequence[float | None]
    label: str
    open: bool = False
    target: float | None = None


@dataclass(frozen=True, kw_only=True)
class Pace:
    """A total against its target, in percent of it: reached, expected by today, projected.

    `expected` None draws no tick, `projected` None no hatching. `left` and `right` stand below.
    """

    reached: float
    left: str
    right: str = ""
    expected: float | None = None
    projected: float | None = None
    done: bool = False


@dataclass(frozen=True, kw_only=True)
class Range:
    """A rate or a duration with its interval, target and mean, in the KPI's own unit.

    `few`: too little data to say anything, drawn hatched and hollow. `axis` is the common scale of
    several ranges, (least, greatest); without it the range finds its own.
    """

    value: float
    left: str = ""
    right: str = ""
    low: float | None = None
    high: float | None = None
    target: float | None = None
    mean: float | None = None
    few: bool = False
    axis: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Action:
    """Where a link leads, and its words."""

    label: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """One KPI at a glance; the whole card leads to `href`.

    number, unit  as `kpilot.core.format.parts` gives them
    status        a key of `STATUSES`, or "" where there is no target
    size          n and interval: "58 sales · interval €1.42–1.97M"
    alarm         said in red instead of `size`: the figure is older than it looks
    why_off       why there is no figure; such a card shows "n/a" and nothing else but `action`
    """

    name: str
    href: str
    number: str
    unit: str = ""
    status: str = ""
    change: Change | None = None
    no_change: str = ""
    spark: Spark | None = None
    pace: Pace | None = None
    range: Range | None = None
    size: str = ""
    alarm: str = ""
    definition: str = ""
    why_off: str = ""
    action: Action | None = None


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One row of horizontal bars. `value` None draws no bar; `note` stands at the end in grey."""

    label: str
    value: float | None
    text: str
    note: str = ""
    href: str = ""
    before: float | None = None
    few: bool = False
    other: bool = False


@dataclass(frozen=True, kw_only=True)
class ForestRow:
    """One row of rates with their intervals, in the order given (never ranked)."""

    label: str
    range: Range | None
    text: str
    note: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Forest:
    """Rates side by side on one axis; `ticks` are (value, words) on it."""

    rows: Sequence[ForestRow]
    ticks: Sequence[tuple[float, str]]
    axis: tuple[float, float]
    label: str


@dataclass(frozen=True, kw_only=True)
class TrendPoint:
    """One period of a trend: `label` on the axis, `name` in full; None where there is no value.

    `text` and `detail` are what the tooltip says: the figure, then interval, n and comparison.
    """

    label: str
    name: str
    value: float | None
    text: str
    detail: Sequence[str] = ()
    low: float | None = None
    high: float | None = None
    before: float | None = None
    few: bool = False


@dataclass(frozen=True, kw_only=True)
class Trend:
    """The line of one KPI over time.

    open    the last period is unfinished
    words   names of the strokes: fact, open, before, target, interval; those absent aren't drawn
    ends    what stands at the line's end on wide screens, for fact, before and target
    summary the chart in one sentence, for those who can't see it
    file    the name a PNG is saved under
    """

    points: Sequence[TrendPoint]
    unit: Unit
    summary: str
    currency: str = ""
    open: bool = False
    target: float | None = None
    words: dict[str, str] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    file: str = "kpilot"


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter in the bar: `clear` is the address without it."""

    name: str
    value: str
    clear: str = ""


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A period one click away."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class PeriodChoice:
    """The period picker: what is chosen, presets, the two dates, and what else the form keeps.

    `start` and `end` are the first and the last day, as ISO dates; `kept` are (name, value).
    """

    name: str
    days: str
    presets: Sequence[Preset]
    start: str
    end: str
    kept: Sequence[tuple[str, str]] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a stepper."""

    label: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Pages:
    """Where a list stands: rows `first` to `last` of `total`, with the addresses beside it."""

    first: int
    last: int
    total: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a split bar: its count in words, its share and its colour's name."""

    label: str
    count: int
    colour: Literal["accent", "c5", "other", "bad"]
