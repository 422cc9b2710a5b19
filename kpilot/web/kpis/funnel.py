"""The stages of a pipeline one below the other: reached, went on, lost, still there.

Lost and open are shown apart, and a stage that was skipped counts as reached (rule G12).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpilot.ask import ask, catalog
from kpilot.core import format as written
from kpilot.core.query import Filter
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.state import State
from kpilot.web.shell.parts import Part

KPIS = ("stage_conversion_to_date", "stage_conversion_resolved", "stage_conversion",
        "stage_duration")  # fmt: skip
STAGES = """
    SELECT s.id, s.name, s.pos, coalesce(p.name, s.pipeline_id, '')
    FROM stage AS s LEFT JOIN pipeline AS p ON p.id = s.pipeline_id
    WHERE s.kind = 'open' ORDER BY 4, s.pos
"""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage: its parts on one bar, the share that went on in time, and the days spent."""

    name: str
    href: str
    parts: Sequence[Part]
    reached: str
    advanced: str
    lost: str
    there: str
    step: str
    whole: str
    in_time: str
    days: str


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The stages of one pipeline, in order."""

    name: str
    stages: Sequence[Stage]


def pipelines(state: State, project: Project, path: str) -> Sequence[Pipeline]:
    """Every pipeline with a row in the page's period."""
    known = catalog(project)
    names = tuple(name for name in KPIS if name in known)
    query = state.query.but(kpis=names, grain=None, by=(), compare=None)
    found: dict[str, dict[str, Row]] = {}
    for row in ask(query, project).rows:
        if "stage" in row.dim_ids:
            found.setdefault(row.dim_ids["stage"], {})[row.kpi] = row
    ladders: dict[str, list[tuple[str, str]]] = {}
    for identity, name, _pos, pipeline in project.engine.query(STAGES):
        if _reached(found.get(str(identity), {})):
            ladders.setdefault(str(pipeline), []).append((str(identity), str(name)))
    return [
        Pipeline(
            name=name if len(ladders) > 1 else "",
            stages=_stages(ladder, found, state, path),
        )
        for name, ladder in ladders.items()
    ]


def _stages(
    ladder: Sequence[tuple[str, str]],
    found: Mapping[str, Mapping[str, Row]],
    state: State,
    path: str,
) -> Sequence[Stage]:
    whole, stages = 1.0, []
    for identity, name in ladder:
        rows = found[identity]
        reached = _reached(rows)
        advanced = int(rows["stage_conversion_to_date"].num or 0)
        resolved = rows.get("stage_conversion_resolved")
        lost = int(resolved.den or 0) - int(resolved.num or 0) if resolved else 0
        whole *= advanced / reached
        href = state.link_with(path, Filter(dimension="stage", values=(identity,)))
        stages.append(_stage(name, href, reached, advanced, lost, whole, rows))
    return stages


def _stage(
    name: str, href: str, reached: int, advanced: int, lost: int, whole: float,
    rows: Mapping[str, Row],
) -> Stage:  # fmt: skip
    language = words.language()
    there = max(0, reached - advanced - lost)

    def count(value: int) -> str:
        return written.number(value, language)

    return Stage(
        name=name,
        href=href,
        parts=[
            Part(label=_("%(n)s went on") % {"n": count(advanced)}, count=advanced,
                 colour="accent"),
            Part(label=_("%(n)s still there") % {"n": count(there)}, count=there, colour="c5"),
            Part(label=_("%(n)s lost") % {"n": count(lost)}, count=lost, colour="other"),
        ],
        reached=count(reached),
        advanced=count(advanced),
        lost=count(lost),
        there=count(there),
        step=written.percent(advanced / reached, language),
        whole=written.percent(whole, language),
        in_time=_figure(rows.get("stage_conversion")),
        days=_figure(rows.get("stage_duration")),
    )  # fmt: skip


def _figure(row: Row | None) -> str:
    if row is None or row.value is None:
        return written.missing(words.language())
    if "low_n" in row.flags:
        return _("too few to say")
    unit: written.Unit = "ratio" if row.unit == "ratio" else "days"
    text = written.figure(row.value, unit, words.language())
    between = words.interval(row)
    return f"{text} ({between})" if between else text


def _reached(rows: Mapping[str, Row]) -> int:
    row = rows.get("stage_conversion_to_date")
    return int(row.den or 0) if row else 0


