"""What a proposal needs to know of earlier loads: the warehouse's side is written with the loads.

Only questions stand here, so that proposing can be run and tested without a warehouse.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kpilot.load.plan import Answers, StageAnswer


class Memory(Protocol):
    """What earlier loads have left behind."""

    def remembered(self, signature: str) -> Answers | None:
        """What was last said about a file with these headers: one entry in `tables`, or None."""

    def names(self, table: str) -> Mapping[str, str]:
        """id → name of every row of an entity table."""

    def aliases(self, table: str) -> Mapping[str, str | None]:
        """Name heard → known name (None: the two are kept apart), as decided earlier."""

    def stages(self) -> Mapping[str, StageAnswer]:
        """Stage name → what was said about it earlier."""

    def rows(self, table: str) -> int:
        """Rows of a warehouse table."""


@dataclass(frozen=True, kw_only=True)
class Empty:
    """The memory of a project that has loaded nothing yet."""

    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def remembered(self, signature: str) -> Answers | None:
        return None

    def names(self, table: str) -> Mapping[str, str]:
        return self.known.get(table, {})

    def aliases(self, table: str) -> Mapping[str, str | None]:
        return {}

    def stages(self) -> Mapping[str, StageAnswer]:
        return {}

    def rows(self, table: str) -> int:
        return len(self.known.get(table, {}))
