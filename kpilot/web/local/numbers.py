"""The commands that get numbers out; whoever can ask here owns the folder and sees everything."""

from typing import Any

from kpilot.ask import ask, catalog
from kpilot.ask.explain import explain
from kpilot.ask.fiscal import fiscal
from kpilot.ask.measurable import missing
from kpilot.core.errors import UserError
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.load.report import Progress, Render, plain
from kpilot.project import Project

Json = dict[str, Any]  # values of every kind: they go through JSON


def asked(project: Project, body: Json, progress: Progress, render: Render) -> Json:
    """The result of a query given in its words."""
    return ask(_query(project, body), project).to_json()


def explained(project: Project, body: Json, progress: Progress, render: Render) -> Json:
    """Where the first figure of a query comes from."""
    made = explain(_query(project, body), project)
    language = body["language"]
    return {
        "kpi": made.kpi.name,
        "name": made.kpi.names[language],
        "meaning": made.kpi.meaning[language],
        "formula": made.kpi.formula[language],
        "version": made.definitions[-1].version,
        "row": made.row.to_json(),
        "operands": [row.to_json() for row in made.operands],
        "steps": dict(made.steps),
        "loads": list(made.loads),
        "records": made.records and {
            "columns": list(made.records.columns),
            "rows": [plain(row) for row in made.records.rows],
            "total": made.records.total,
        },
        "data_version": made.result.data_version,
        "sql": list(made.sql),
    }


def listed(project: Project, body: Json, progress: Progress, render: Render) -> Json:
    """Every KPI of the catalogue, and what it lacks to be measured here."""
    known = catalog(project)
    language = body["language"]
    rows = []
    for kpi in known.values():
        lacking = missing(kpi, known, project)
        rows.append({
            "name": kpi.name,
            "label": kpi.names[language],
            "meaning": kpi.meaning[language],
            "unit": kpi.unit,
            "direction": kpi.direction,
            "family": kpi.family,
            "variant_of": kpi.variant_of or None,
            "measurable": lacking is None,
            "missing": list(lacking.fields) if lacking else [],
        })
    return {"kpis": rows}


def checked(project: Project, body: Json, progress: Progress, render: Render) -> Json:
    """Every KPI tried once: what is wrong with each, in sentences."""
    known = catalog(project)
    problems = []
    for place, name in enumerate(known):
        progress("check", place, len(known))
        try:
            ask(Query(kpis=(name,), reader=EVERYTHING), project)
        except UserError as error:
            said = [render(part) for part in (error.text, error.hint) if part]
            problems.append({"kpi": name, "message": " ".join(said)})
    return {"kpis": len(known), "problems": problems}


def _query(project: Project, body: Json) -> Query:
    return Query.from_params(
        body["params"],
        reader=EVERYTHING,
        catalog=catalog(project),
        settings=project.settings,
        fiscal=fiscal(project),
    )
