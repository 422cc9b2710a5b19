"""What a card asks: the words of the board, and those of the card's own in their place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kpilot.ask import ask, catalog
from kpilot.ask.grains import check_grain
from kpilot.core.calendar import Grain, Period
from kpilot.core.dimensions import find_dimension
from kpilot.core.errors import UserError
from kpilot.core.kpi import Kpi
from kpilot.core.query import read_filter
from kpilot.core.result import Row
from kpilot.project import Project
from kpilot.web.kpis import presets, words
from kpilot.web.kpis.state import State, read_state
from kpilot.web.shell.parts import Action
from kpilot.web.widgets.card import Asked

DATES = ("period", "from", "to", "until")
OWN = (*DATES, "compare", "attribution", "as_of")


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A card's question: `board` for links that filter the whole board, `state` for figures."""

    asked: Asked
    board: State
    state: State
    project: Project
    kpis: Sequence[Kpi]

    @property
    def kpi(self) -> Kpi:
        return self.kpis[0]

    def option(self, name: str, choices: Mapping[str, str | Promise]) -> str:
        """One of the choices of an option; the first when nothing, or nothing known, is said."""
        value = self.asked.options.get(name, "")
        return value if value in choices else next(iter(choices))

    def by(self, usual: str = "") -> str:
        """The dimension of the card; UserError for one that is not there."""
        word = self.asked.word("by") or usual
        if not word:
            raise UserError("Choose what the figures are taken apart by.", code="no_dimension")
        return find_dimension(word).name

    def grain(self, usual: Grain = "month") -> Grain:
        """The steps of the card: its own, the board's, those of the usual."""
        return self.state.query.grain or usual

    def rows(self, **changes: object) -> Sequence[Row]:
        """The answer for the card's KPIs in its period, with these changes to the question."""
        asked = {"by": (), "grain": None, **changes}
        return ask(self.state.query.but(**asked), self.project).rows

    def page(self, kpi: Kpi | None = None) -> Action:
        """The KPI's page with the card's words."""
        one = kpi or self.kpi
        href = self.state.link(reverse("kpi", args=[one.name]))
        return Action(label=words.named(one.names), href=href)

    def records(self, kpi: Kpi | None = None) -> Action:
        """The rows behind the card's figure."""
        href = self.state.link(reverse("records", args=[(kpi or self.kpi).name]))
        return Action(label=_("Records"), href=href)

    @property
    def last_day(self) -> date:
        """The last day that the figures of the card know: of the period, or of the data."""
        return min(self.state.today.last, self.state.period.end - timedelta(1))

    @property
    def days(self) -> str:
        """The days that the figures count, as the page's bar says them."""
        is_ahead = any(kpi.ahead for kpi in self.kpis)
        return words.days(self.state.period if is_ahead else self.state.counted)

    @property
    def file(self) -> str:
        return self.file_for(self.kpi.name)

    def file_for(self, *names: str) -> str:
        """The name, without its ending, of a file that is saved of the card."""
        return "-".join((*names, self.state.period.key)).replace("/", "_")


def asking(asked: Asked, board: State, project: Project) -> Asking:
    """The card's question; whose words have been checked by `kpilot.web.widgets.found`."""
    known = catalog(project)
    state = own_state(asked, board, project)
    kpis = [known[name] for name in asked.words.get("kpi", ()) if name in known]
    for kpi in kpis:
        check_grain(kpi, state.query.grain)
    return Asking(asked=asked, board=board, state=state, project=project, kpis=kpis)


def own_state(asked: Asked, board: State, project: Project) -> State:
    """The board's state with the card's own words in place of the board's; UserError for a word
    that makes no sense (any more)."""
    names = tuple(asked.words.get("kpi", ())) or board.query.kpis
    own = {word: tuple(values) for word, values in asked.words.items() if any(values)}
    plain = own.keys() <= {"kpi", "by", "grain"}
    if plain and "grain" not in own:
        return replace(board, query=board.query.but(kpis=names, by=()), problems=())
    said = {**board.said}
    if own.keys() & set(DATES):
        said = {word: values for word, values in said.items() if word not in DATES}
    elif not said.keys() & set(DATES):
        said["period"] = (board.preset or board.period.key,)
    said |= {word: own[word] for word in (*OWN, "grain") if word in own}
    if "where" in own:
        mine = {read_filter(text).dimension for text in own["where"]}
        kept = [str(one) for one in board.query.where if one.dimension not in mine]
        said["where"] = (*kept, *own["where"])
    made = read_state(said, project, board.query.reader, kpis=names, now=board.cut.at)
    for problem in made.problems:
        if problem.code not in {one.code for one in board.problems}:
            raise problem  # without its own filter a card would show another figure
    return made


def own_words(asked: Asked, state: State, board: State, span: Period | None) -> Sequence[str]:
    """What the card asks otherwise than the board, in words: shown on the card itself.

    span  the days that the card draws, when they may be others than those of its period
    """
    found = []
    if state.period != board.period:
        preset, drawn = presets.LABELS.get(state.preset), span or state.period
        same = (drawn.start, drawn.end) == (state.period.start, state.period.end)
        found.append(str(preset) if preset and same else words.days(drawn))
    for one in state.query.where:
        if one not in board.query.where:
            values = ", ".join(words.value_label(one.dimension, value) for value in one.values)
            label = (
                _("Amount") if one.dimension == "amount" else words.dimension_label(one.dimension)
            )
            sign = {"=": _(": "), "!=": " ≠ "}.get(one.operator, f" {one.operator} ")
            found.append(f"{label}{sign}{values}")
    if state.query.attribution and state.query.attribution != board.query.attribution:
        found.append(words.attribution(state.query.attribution))
    if asked.word("compare") and state.query.compare != board.query.compare:
        found.append(
            {"previous": _("against the period before"), "year": _("against a year before")}.get(
                state.query.compare or "", _("without comparison")
            )
        )
    return found
