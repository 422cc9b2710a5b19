"""From what somebody chose in the form to the TOML file of a KPI, and back."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import tomlkit
from sqlglot import exp

from kpilot.ask.catalog import facts
from kpilot.core.catalogue_words import OWN_FAMILY
from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.nodes import literal
from kpilot.core.text import Text
from kpilot.project import Project
from kpilot.web.amounts import alone
from kpilot.web.catalogue.offered import Column, Dated, columns_of, find
from kpilot.web.kpis.words import language

OPERATORS = ("=", "<>", ">", ">=", "<", "<=", "contains", "empty", "filled")
TRUTH = {"yes": "", "true": "", "oui": "", "1": "", "vrai": "", "": ""}
MEASURED = ("sum", "average", "median")
Condition = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A KPI as the form holds it: `rows` and `written` choose the rows counted, `part_rows` and
    `part` those above the line of a share."""

    what: str
    names: Mapping[str, str]
    meaning: Mapping[str, str] = field(default_factory=dict)
    measure: str = "count"
    column: str = ""
    rows: Sequence[Condition] = ()
    written: str = ""
    part_rows: Sequence[Condition] = ()
    part: str = ""
    unit: str = ""
    direction: str = "up"


def toml_of(draft: Draft, project: Project) -> str:
    """The file of the KPI; UserError when a condition cannot be written."""
    return tomlkit.dumps(_given(draft, project))


def _given(draft: Draft, project: Project) -> dict[str, Any]:
    dated = _dated(draft, project)
    known = {column.name: column for column in columns_of(project, dated)}
    base = _joined([*_conditions(draft.rows, known, project), draft.written])
    part = _joined([*_conditions(draft.part_rows, known, project), draft.part])
    measure = _measure(draft, base, part)
    unit = _unit(draft, known)
    given: dict[str, Any] = {
        "version": 1,
        "family": OWN_FAMILY,
        "unit": unit,
        "direction": draft.direction,
        "fact": dated.fact,
        "date": dated.date,
        "agent": dated.agent,
    }
    if dated.need:
        given["requires"] = [dated.need]
    if unit == "currency" and draft.column.startswith("value_"):
        given["money"] = draft.column
    given["names"] = dict(draft.names)
    if draft.meaning:
        given["meaning"] = dict(draft.meaning)
    given["measure"] = measure
    if draft.measure in MEASURED:
        given["excluded"] = _excluded(draft.column, base, project, dated)
    return given


def _measure(draft: Draft, base: str, part: str) -> dict[str, Any]:
    counted = {"where": base} if base else {}
    match draft.measure:
        case "count":
            return {"kind": "sum", "num": counted}
        case "sum":
            return {"kind": "sum", "num": {"sum": draft.column, **counted}}
        case "share":
            above = _joined([base, part])
            return {"kind": "ratio", "num": {"where": above} if above else {}, "den": counted}
        case "average":
            known = _joined([base, f"{draft.column} IS NOT NULL"])
            return {"kind": "ratio", "num": {"sum": draft.column, **counted},
                    "den": {"where": known}}  # fmt: skip
        case _:
            return {"kind": "quantile", "value": draft.column, **counted}


def _excluded(column: str, base: str, project: Project, dated: Dated) -> dict[str, str]:
    """Rows without the value are counted aside: without an amount, and without a rate for it."""
    has_amount = "has_amount" in facts(project)[dated.fact].columns
    if column.startswith("value_") and has_amount:
        return {
            "null_amount": _joined([base, "NOT has_amount"]),
            "missing_rate": _joined([base, "has_amount", f"{column} IS NULL"]),
        }
    return {"no_value": _joined([base, f"{column} IS NULL"])}


def _unit(draft: Draft, known: Mapping[str, Column]) -> str:
    if draft.measure in ("count", "share"):
        return "count" if draft.measure == "count" else "ratio"
    if draft.unit:
        return draft.unit
    if draft.column.startswith("value_"):
        return "currency"
    if draft.column.endswith("_days") or draft.column.startswith("days_"):
        return "days"
    if draft.column.endswith(("_s", "seconds")):
        return "seconds"
    return "ratio" if draft.column == "probability" else "count"


def _dated(draft: Draft, project: Project) -> Dated:
    found = find(project, draft.what)
    if found is None:
        raise UserError("Say what is counted.", code="bad_kpi")
    return found


def _joined(parts: Sequence[str]) -> str:
    given = [part.strip() for part in parts if part.strip()]
    return given[0] if len(given) == 1 else " AND ".join(f"({part})" for part in given)


def _conditions(
    rows: Sequence[Condition], known: Mapping[str, Column], project: Project
) -> list[str]:
    return [
        _condition(known, column, operator, value, project)
        for column, operator, value in rows
        if column
    ]


def _condition(
    known: Mapping[str, Column], name: str, operator: str, value: str, project: Project
) -> str:
    """One row of the form as SQL; the value is read by the kind of its column."""
    if name not in known or operator not in OPERATORS:
        raise UserError("There is no column “{name}”.", name=name, code="bad_kpi",
                        hint=did_you_mean(name, known))  # fmt: skip
    column = known[name]
    if operator in ("empty", "filled"):
        none = f"{name} IS NULL" if not column.table else f"{name} = '(none)'"
        return none if operator == "empty" else f"NOT {none}"
    if column.kind == "truth":
        is_yes = value.strip().lower() in TRUTH
        return name if is_yes == (operator == "=") else f"NOT {name}"
    if operator == "contains":
        return f"LOWER({name}) LIKE {_quoted('%' + value.lower() + '%')}"
    return f"{name} {operator} {_literal(column, value, project)}"


def _literal(column: Column, value: str, project: Project) -> str:
    text = value.strip()
    if column.kind == "number":
        return f"{alone(text, language()).value:f}"
    if column.kind == "date":
        try:
            return f"CAST('{date.fromisoformat(text)}' AS DATE)"
        except ValueError as error:
            raise UserError("“{text}” is not a date.", text=text, code="bad_kpi",
                            hint=Text("Write it as 2017-03-31.")) from error  # fmt: skip
    return _quoted(_id_of(column, text, project) if column.table else text)


def _id_of(column: Column, text: str, project: Project) -> str:
    """The id of what is called so; an id stands for itself."""
    called = exp.EQ(this=exp.func("LOWER", exp.column("name")), expression=literal(text.lower()))
    tree = exp.select("id").from_(exp.to_table(column.table, quoted=True))
    tree = tree.where(exp.or_(called, exp.column("id").eq(text))).order_by("id")
    rows = project.engine.query(tree.sql(dialect="duckdb"))
    if not rows:
        raise UserError("There is no {dimension} “{value}”.", dimension=column.label, value=text,
                        code="bad_kpi")  # fmt: skip
    return str(rows[0][0])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def draft_of(text: str, project: Project) -> Draft | None:
    """What the form would hold for this file; None for one that only hands can write."""
    given = tomllib.loads(text)
    measure = given.get("measure", {})
    part = ""
    match measure.get("kind"):
        case "sum":
            base, column = measure.get("num", {}).get("where", ""), measure["num"].get("sum", "")
            kind = "sum" if column else "count"
        case "ratio" if "sum" in measure.get("num", {}):
            kind, column = "average", measure["num"]["sum"]
            base = measure["num"].get("where", "")
        case "ratio":
            kind, column = "share", ""
            base = measure.get("den", {}).get("where", "")
            above = measure.get("num", {}).get("where", "")
            part = above.removeprefix(f"({base}) AND ") if base else above
            part = part[1:-1] if base and part.startswith("(") and part.endswith(")") else part
        case "quantile":
            kind, column = "median", measure["value"]
            base = measure.get("where", "")
        case _:
            return None
    draft = Draft(
        what=f"{given.get('fact', '')}:{given.get('date', '')}",
        names=given["names"],
        meaning=given.get("meaning", {}),
        measure=kind,
        column=column,
        written=base,
        part=part,
        unit=given["unit"],
        direction=given["direction"],
    )
    try:
        again = _given(draft, project)
    except UserError:
        return None
    return draft if {**again, "version": 1} == {**given, "version": 1} else None
