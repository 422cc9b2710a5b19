"""What the warehouse already knows, for those who propose how to read the next file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpilot.load.plan import Answers, StageKind


@dataclass(frozen=True, kw_only=True)
class KnownStage:
    """A stage as the warehouse holds it."""

    id: str
    name: str
    pipeline: str
    kind: StageKind
    pos: int
    probability: float | None = None


@dataclass(frozen=True, kw_only=True)
class Memory:
    """A snapshot of what earlier loads taught; `nothing` is that of an empty warehouse.

    Read it once per proposal with `remember(project)`. Every mapping is small: entities that have
    names (teams, salespeople, products, accounts …), never opportunities.
    """

    answers: Mapping[str, Answers] = field(default_factory=dict)
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    heard: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    known_stages: tuple[KnownStage, ...] = ()
    row_counts: Mapping[str, int] = field(default_factory=dict)

    def remembered(self, signature: str) -> Answers | None:
        """What was said when these headers were last loaded, or None."""
        return self.answers.get(signature)

    def names(self, table: str) -> Mapping[str, str]:
        """id → name of the entities of `table`."""
        return self.known.get(table, {})

    def aliases(self, table: str) -> Mapping[str, str | None]:
        """Name heard → id it stands for; None when someone said the two are not the same."""
        return self.heard.get(table, {})

    def stages(self) -> tuple[KnownStage, ...]:
        """The stages, by pipeline and position."""
        return self.known_stages

    def rows(self, table: str) -> int:
        """How many rows the warehouse has in `table`."""
        return self.row_counts.get(table, 0)


NOTHING = Memory()
