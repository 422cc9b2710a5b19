"""The stages of a pipeline in two named readings; lost and still open stand apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as N_

from kpilot.ask import catalog
from kpilot.core import format as written
from kpilot.core.query import Filter
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import words
from kpilot.web.kpis.funnel import STAGES
from kpilot.web.kpis.state import State
from kpilot.web.people.models import Person
from kpilot.web.widgets.asking import Asking, asking
from kpilot.web.widgets.card import Asked, Column, Drawing, Table
from kpilot.web.widgets.fields import ATTRIBUTION, PERIOD, WHERE, option
from kpilot.web.widgets.groups import nothing

READINGS: Mapping[str, str | Promise] = {"order": N_("In order"), "any": N_("Any stage")}
KPIS = {
    "order": ("stage_conversion_to_date", "stage_conversion_resolved"),
    "any": ("stage_conversion_visited", "stage_conversion_visited_resolved"),
}
LABEL = N_("Funnel")
HOW_TO_READ = N_(
    "Each bar is a stage: the full part went on, the hatched part is still there, the empty part "
    "was lost there. “In order” counts a stage that was skipped as reached, so that shares "
    "multiply from the first stage to the last; “any stage” counts in each stage only those that "
    "really were in it."
)
GROUP = "pipeline"
SIZE = (7, 4)
FIELDS = (option("reading", N_("Reading"), READINGS), PERIOD, WHERE, ATTRIBUTION)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage: those that reached it, and what became of them."""

    name: str
    href: str
    reached: int
    advanced: int
    lost: int
    whole: float | None
    widths: Sequence[float]
    words: Mapping[str, str]

    @property
    def there(self) -> int:
        return max(0, self.reached - self.advanced - self.lost)


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """The stages of one pipeline; `name` is empty where there is only one."""

    name: str
    stages: Sequence[Stage]
    won: str


def draw(asked: Asked, state: State, project: Project, person: Person) -> Drawing:
    """The opportunities that entered a stage in the period, so far."""
    card = asking(asked, state, project)
    reading = card.option("reading", READINGS)
    rows = card.rows(kpis=KPIS[reading], compare=None)
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        if "stage" in row.dim_ids:
            found.setdefault(row.dim_ids["stage"], {})[row.kpi] = row
    ladders = _ladders(card, reading, found)
    if not ladders:
        raise nothing(rows)
    name = str(READINGS[reading])
    return Drawing(
        template="widgets/funnel.html",
        context={"ladders": ladders, "in_order": reading == "order"},
        finding=_finding(ladders),
        subtitle=_("Funnel “%(reading)s”, stages entered %(days)s") % {
            "reading": name.lower(), "days": card.days,
        },
        summary="; ".join(
            f"{one.name}{_(': ')}{one.words['all']}" for ladder in ladders for one in ladder.stages
        ),
        table=_table(ladders, in_order=reading == "order"),
        notes=_notes(rows),
        links=(card.page(catalog(project)["stage_conversion"]),),
        file=card.file_for("funnel"),
    )  # fmt: skip


def _ladders(
    card: Asking, reading: str, found: Mapping[str, Mapping[str, Row]]
) -> Sequence[Ladder]:
    share, resolved = KPIS[reading]
    climbs: dict[str, list[tuple[str, str]]] = {}
    for identity, name, _pos, pipeline in card.project.engine.query(STAGES):
        row = found.get(str(identity), {}).get(share)
        if row is not None and row.den:
            climbs.setdefault(str(pipeline), []).append((str(identity), str(name)))
    made = []
    for pipeline, climb in climbs.items():
        most = max(int(found[i][share].den or 0) for i, _name in climb)
        whole, stages = 1.0, []
        for identity, name in climb:
            row, settled = found[identity][share], found[identity].get(resolved)
            reached, advanced = int(row.den or 0), int(row.num or 0)
            lost = int(settled.den or 0) - int(settled.num or 0) if settled else 0
            whole *= advanced / reached
            stages.append(
                _stage(card, identity, name, (reached, advanced, lost), most,
                       whole if reading == "order" else None)
            )  # fmt: skip
        won = written.number(stages[-1].advanced, words.language())
        made.append(Ladder(name=pipeline if len(climbs) > 1 else "", stages=stages, won=won))
    return made


def _stage(
    card: Asking,
    identity: str,
    name: str,
    counts: tuple[int, int, int],
    most: int,
    whole: float | None,
) -> Stage:
    reached, advanced, lost = counts
    language = words.language()
    there = max(0, reached - advanced - lost)

    def count(value: int) -> str:
        return written.number(value, language)

    said = {
        "reached": count(reached),
        "advanced": count(advanced),
        "step": written.percent(advanced / reached, language),
        "whole": "" if whole is None else written.percent(whole, language),
        "rest": _("%(there)s open, %(lost)s lost") % {"there": count(there), "lost": count(lost)},
        "all": _("%(reached)s entered, %(on)s went on, %(there)s still there, %(lost)s lost")
        % {
            "reached": count(reached),
            "on": count(advanced),
            "there": count(there),
            "lost": count(lost),
        },
    }
    return Stage(
        name=name,
        href=card.board.link_with("", Filter(dimension="stage", values=(identity,))),
        reached=reached,
        advanced=advanced,
        lost=lost,
        whole=whole,
        widths=[value / most * 100 for value in (reached, advanced, there)],
        words=said,
    )


def _finding(ladders: Sequence[Ladder]) -> str:
    """How many came to the end, and where most were lost: of one pipeline."""
    stages = ladders[0].stages
    first, last = stages[0], stages[-1]
    said = {
        "won": written.number(last.advanced, words.language()),
        "all": written.number(first.reached, words.language()),
        "first": first.name,
    }
    worst = max(stages, key=lambda one: one.lost)
    if len(ladders) > 1 or not worst.lost or [o.lost for o in stages].count(worst.lost) > 1:
        return _("%(won)s came through to the end, %(all)s entered “%(first)s”") % said
    return _(
        "%(won)s came through to the end, %(all)s entered “%(first)s”; most are lost at “%(worst)s”"
    ) % {**said, "worst": worst.name}


def _table(ladders: Sequence[Ladder], *, in_order: bool) -> Table:
    columns = [
        Column(label=_("Stage")),
        Column(label=_("Reached") if in_order else _("Were in it"), unit="count"),
        Column(label=_("Went on"), unit="count"),
        Column(label=_("Still there"), unit="count"),
        Column(label=_("Lost"), unit="count"),
        Column(label=_("To the next stage"), unit="ratio"),
    ]
    if in_order:
        columns.append(Column(label=_("From the first"), unit="ratio"))
    rows = []
    for ladder in ladders:
        for one in ladder.stages:
            name = f"{ladder.name} – {one.name}" if ladder.name else one.name
            row = [name, one.reached, one.advanced, one.there, one.lost, one.advanced / one.reached]
            rows.append([*row, one.whole] if in_order else row)
    return Table(columns=columns, rows=rows)


def _notes(rows: Sequence[Row]) -> Sequence[str]:
    if any("immature" in row.flags for row in rows):
        return [words.flag("immature")]
    return []
