"""The stage page's data: each stage with its kind, its place and how many rows say it."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpilot.load.labels import table_label
from kpilot.load.plan import AliasPlan, Plan
from kpilot.web.imports import choices
from kpilot.web.imports.choices import Choice
from kpilot.web.imports.words import said


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """One stage; `first` and `last` have nowhere further to go."""

    index: int
    name: str
    pipeline: str
    kinds: Sequence[Choice]
    rows: int
    guessed: bool
    first: bool
    last: bool
    pos: int


@dataclass(frozen=True, kw_only=True)
class AliasRow:
    """Two names that look alike; `decided` is "same", "apart" or "" while nobody has said."""

    index: int
    table: str
    heard: str
    known: str
    rows: int
    known_rows: int
    decided: str


def stage_rows(plan: Plan) -> list[StageRow]:
    """The stages by pipeline and place."""
    rows, place = [], 0
    for index, stage in enumerate(plan.stages):
        before = index and plan.stages[index - 1].pipeline == stage.pipeline
        after = (index + 1 < len(plan.stages)
                 and plan.stages[index + 1].pipeline == stage.pipeline)
        place = place + 1 if before else 1
        rows.append(StageRow(
            index=index, name=stage.name, pipeline=stage.pipeline, rows=stage.rows,
            kinds=choices.of(choices.KINDS, stage.kind), guessed=stage.guessed,
            first=not before, last=not after, pos=place,
        ))
    return rows


def alias_rows(plan: Plan) -> list[AliasRow]:
    """The names to decide on first, then those decided."""
    rows = [
        AliasRow(
            index=index, table=said(table_label(alias.table)), heard=alias.heard,
            known=alias.known, rows=alias.rows, known_rows=alias.known_rows,
            decided=_decided(alias),
        )
        for index, alias in enumerate(plan.aliases)
    ]
    return sorted(rows, key=lambda row: row.decided != "")


def _decided(alias: AliasPlan) -> str:
    return "" if alias.accepted is None else "same" if alias.accepted else "apart"
