"""From the forms of the import pages to answers, in the words of a mapping file."""

from collections.abc import Mapping
from typing import Any

from kpilot.load.answers import from_dict
from kpilot.load.plan import AliasPlan, Plan, StagePlan, TablePlan

Json = dict[str, Any]  # answers as TOML and JSON hold them
Posted = Mapping[str, str]
OUT = ""


def say_columns(answers: Json, plan: TablePlan, posted: Posted) -> Json:
    """What was chosen for the columns of one file; a field wanted twice is pinned for both.

    Posted: `c<index>` a field or "", `dates<index>`, `decimal<index>`.
    """
    chosen: dict[str, str] = {}
    styles: Json = {}
    wanted = {c.index: posted.get(f"c{c.index}", c.field or OUT) for c in plan.columns}
    for column in plan.columns:
        field = wanted[column.index]
        is_twice = field != OUT and list(wanted.values()).count(field) > 1
        if field != (column.field or OUT) or is_twice or column.reason == "said":
            chosen[column.header] = field
        dates = posted.get(f"dates{column.index}", column.style.dates)
        decimal = posted.get(f"decimal{column.index}", column.style.decimal)
        if (dates, decimal) != (column.style.dates, column.style.decimal):
            styles[column.header] = {
                "dates": dates, "decimal": decimal, "percent": column.style.percent}
    return _of_file(answers, plan, {"table": plan.table, "columns": chosen, "styles": styles})


def say_table(answers: Json, plan: TablePlan, table: str) -> Json:
    """Which table one file is; "" leaves the file out. What was said of its columns goes."""
    said: Json = {"table": table, "skip": False} if table else {"skip": True}
    others = {name: entry for name, entry in answers.get("tables", {}).items()
              if name != plan.raw.name}
    return _checked({**answers, "tables": {**others, plan.raw.name: said}})


def say_stages(answers: Json, plan: Plan, posted: Posted) -> Json:
    """Kinds and order of the stages. Posted: `kind<i>` and one of `up`/`down` with i."""
    stages = list(plan.stages)
    kinds = {i: posted.get(f"kind{i}", stage.kind) for i, stage in enumerate(stages)}
    order = list(range(len(stages)))
    for word, step in (("up", -1), ("down", 1)):
        place = posted.get(word, "")
        if place.isdigit() and int(place) in order:
            _move(order, int(place), step, stages)
    said: Json = {}
    for pos, i in enumerate(order):
        said[stages[i].name] = {"kind": kinds[i], "pos": pos + 1}
    return _checked({**answers, "stages": {**answers.get("stages", {}), **said}})


def say_name(answers: Json, alias: AliasPlan, *, same: bool) -> Json:
    """Two names are one, or two."""
    aliases = answers.get("aliases", {})
    names = {**aliases.get(alias.table, {}), alias.heard: alias.known if same else False}
    return _checked({**answers, "aliases": {**aliases, alias.table: names}})


def _move(order: list[int], index: int, step: int, stages: list[StagePlan]) -> None:
    """One place up or down among the stages of the same pipeline."""
    here = order.index(index)
    there = here + step
    if 0 <= there < len(order) and stages[order[there]].pipeline == stages[index].pipeline:
        order[here], order[there] = order[there], order[here]


def _of_file(answers: Json, plan: TablePlan, said: Json) -> Json:
    tables = answers.get("tables", {})
    old = tables.get(plan.raw.name, {})
    merged = {**old, **said, "skip": False,
              "columns": {**old.get("columns", {}), **said["columns"]},
              "styles": {**old.get("styles", {}), **said["styles"]}}
    return _checked({**answers, "tables": {**tables, plan.raw.name: merged}})


def _checked(answers: Json) -> Json:
    """The answers, refused with a UserError when a form was tampered with."""
    from_dict(answers)
    return answers
