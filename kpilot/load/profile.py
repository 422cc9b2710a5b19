"""What a column looks like, so that its meaning and its way of writing can be proposed."""

from dataclasses import dataclass, field

from kpilot.core.raw import RawTable
from kpilot.load.plan import Style


@dataclass(frozen=True, kw_only=True)
class ColumnProfile:
    """One column of a raw table as its cells show it.

    rows        rows of the table; `non_empty` those with a value that is not an empty marker
    distinct    about how many different values
    samples     the first few different values, as written
    shares      kind → share (0…1) of the sampled non-empty cells that read as it: "number",
                "date", "datetime", "boolean", "email", "url", "percent", "money", "id", "integer"
    style       how numbers and dates are written; `style.assumed` when the cells could not tell
    currencies  ISO codes seen in the cells (€ gives EUR, £ GBP, $ USD)
    date_only   every date-time of the column is at 00:00:00, so it is a date (rule G1)
    zoned       the times carry an offset or Z
    max_length  the longest cell, in characters
    """

    index: int
    header: str
    rows: int
    non_empty: int
    distinct: int
    samples: tuple[str, ...] = ()
    shares: dict[str, float] = field(default_factory=dict)
    style: Style = field(default_factory=Style)
    currencies: tuple[str, ...] = ()
    date_only: bool = False
    zoned: bool = False
    max_length: int = 0

    def share(self, kind: str) -> float:
        """The share of the cells that read as `kind`; 0.0 when none does."""
        return self.shares.get(kind, 0.0)


def profile(raw: RawTable) -> list[ColumnProfile]:
    """One profile for each column of `raw`, in order."""
    raise NotImplementedError
