"""The commands that get numbers out; whoever can ask here owns the folder and sees everything."""

from typing import Any

from kpilot.ask import ask, catalog
from kpilot.ask.catalog import problems
from kpilot.ask.definitions import history
from kpilot.ask.explain import explain
from kpilot.ask.facts import utc_now
from kpilot.ask.fiscal import fiscal
from kpilot.ask.measurable import filled_fields, missing, requirements
from kpilot.ask.own import Problem
from kpilot.core.errors import UserError
from kpilot.core.kpi import Catalog, Kpi
from kpilot.core.kpi_names import find
from kpilot.core.places import field_said, places_of
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.core.words import in_language
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
        "definitions": [
            {"version": one.version, "since": one.since.isoformat(timespec="seconds") + "Z",
             "said": one.said}
            for one in made.definitions
        ],
        "counted": made.counted and made.counted.names[language],
        "model": made.kpi.measure.model or None,
        "chances": made.chances and in_language(made.chances, language),
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
    """Every KPI of the catalogue and what it lacks to be measured here, or the one named in
    `body`, whole; with the files that are left out."""
    known = catalog(project)
    language = body["language"]
    if body.get("kpi"):
        kpi = find(known, body["kpi"], language)
        return {"kpi": _whole(kpi, known, project, language)}
    return {
        "kpis": [_brief(kpi, known, project, language) for kpi in known.values()],
        "problems": [_problem(one, render) for one in problems(project)],
    }


def _brief(kpi: Kpi, known: Catalog, project: Project, language: str) -> Json:
    lacking = missing(kpi, known, project)
    return {
        "name": kpi.name,
        "label": kpi.names[language],
        "meaning": kpi.meaning[language],
        "unit": kpi.unit,
        "direction": kpi.direction,
        "family": kpi.family,
        "variant_of": kpi.variant_of or None,
        "measurable": lacking is None,
        "missing": list(lacking.fields) if lacking else [],
    }


def _whole(kpi: Kpi, known: Catalog, project: Project, language: str) -> Json:
    """Everything the catalogue says of one KPI."""
    filled = filled_fields(project)
    versions = history(project, kpi, utc_now())
    return {
        **_brief(kpi, known, project, language),
        "aliases": list(kpi.aliases.get(language, ())),
        "formula": kpi.formula[language],
        "caveat": kpi.caveat.get(language, ""),
        "guardrail": kpi.guardrail or None,
        "companion": kpi.companion or None,
        "objectives": dict(kpi.advice.objectives) if kpi.advice else {},
        "band": list(kpi.band) if kpi.band else None,
        "variants": [other.name for other in known.values() if other.variant_of == kpi.name],
        "version": versions[-1].version,
        "since": versions[-1].since.isoformat(timespec="seconds") + "Z",
        "needs": [
            {
                "field": need,
                "label": " / ".join(in_language(field_said(f), language) for f in need.split("|")),
                "filled": any(filled.get(one, 0) > 0 for one in need.split("|")),
                "places": [
                    {"crm": crm, "place": place}
                    for one in need.split("|") for crm, place in places_of(one)
                ],
            }
            for need in requirements(kpi, known, project)
        ],
    }  # fmt: skip


def _problem(problem: Problem, render: Render) -> Json:
    said = [render(part) for part in (problem.error.text, problem.error.hint) if part]
    return {"kpi": problem.file, "message": " ".join(said)}


def checked(project: Project, body: Json, progress: Progress, render: Render) -> Json:
    """Every KPI tried once: what is wrong with each, in sentences."""
    known = catalog(project)
    wrong = [_problem(one, render) for one in problems(project)]
    for place, name in enumerate(known):
        progress("check", place, len(known))
        try:
            ask(Query(kpis=(name,), reader=EVERYTHING), project)
        except UserError as error:
            said = [render(part) for part in (error.text, error.hint) if part]
            wrong.append({"kpi": name, "message": " ".join(said)})
    return {"kpis": len(known), "problems": wrong}


def _query(project: Project, body: Json) -> Query:
    return Query.from_params(
        body["params"],
        reader=EVERYTHING,
        catalog=catalog(project),
        settings=project.settings,
        fiscal=fiscal(project),
    )
