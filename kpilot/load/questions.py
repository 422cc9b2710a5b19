"""What a person should look at before a plan is carried out, the least sure first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kpilot.core.text import Text
from kpilot.load.labels import field_label, table_label
from kpilot.load.plan import AliasPlan, Plan, StagePlan, TablePlan

Subject = Literal["table", "column", "style", "stage", "alias"]
SURE = 0.9


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing to confirm: what it is about, in words, and how sure the proposal is.

    `name` is the column's header, the stage or the name heard; `file` the raw table's name.
    """

    subject: Subject
    text: Text
    confidence: float
    file: str = ""
    name: str = ""


def questions(plan: Plan) -> tuple[Question, ...]:
    """Everything guessed that a person has not said, remembered or accepted, least sure first."""
    asked = [question for table in plan.tables if not table.skip for question in _of_table(table)]
    asked += [Question(subject="stage", text=_stage(stage), confidence=0.8, name=stage.name)
              for stage in plan.stages if stage.guessed]
    asked += [Question(
        subject="alias", confidence=alias.confidence, name=alias.heard,
        text=_alias(alias))
        for alias in plan.aliases if alias.accepted is None]
    return tuple(sorted(asked, key=lambda question: question.confidence))


def _of_table(plan: TablePlan) -> Iterator[Question]:
    if plan.table is None:
        return
    file = plan.raw.name
    if plan.confidence < SURE:
        yield Question(subject="table", file=file, confidence=plan.confidence,
                       text=Text("Does “{file}” hold this: {table}?", file=file,
                                 table=table_label(plan.table)))
    for column in plan.columns:
        if column.field is None or column.reason in ("said", "remembered"):
            continue
        if column.confidence < SURE and column.samples:
            yield Question(
                subject="column", file=file, name=column.header, confidence=column.confidence,
                text=Text("Is “{column}” of “{file}” the field “{field}”?", column=column.header,
                          file=file, field=field_label(plan.table, column.field)))
        if column.style.assumed:
            order = (Text("Is the month first in the dates of “{column}”?", column=column.header)
                     if column.style.dates == "month first" else
                     Text("Is the day first in the dates of “{column}”?", column=column.header))
            yield Question(subject="style", file=file, name=column.header, confidence=0.5,
                           text=order)


def _alias(alias: AliasPlan) -> Text:
    if alias.known_rows:
        return Text("{rows} rows say “{heard}”, {known_rows} say “{known}”: the same?",
                    rows=alias.rows, heard=alias.heard, known_rows=alias.known_rows,
                    known=alias.known)
    return Text("{rows} rows say “{heard}”; the catalogue says “{known}”: the same?",
                rows=alias.rows, heard=alias.heard, known=alias.known)


def _stage(stage: StagePlan) -> Text:
    if stage.kind == "won":
        return Text("Stage “{stage}” is taken as won.", stage=stage.name)
    if stage.kind == "lost":
        return Text("Stage “{stage}” is taken as lost.", stage=stage.name)
    return Text("Stage “{stage}” is taken as open, at position {pos}.", stage=stage.name,
                pos=stage.pos)
