"""From an address to a question: the one place where every page reads what its figures are about.

The words are those of the command line and the API. Pages know some more: relative periods
(`period=this_month`), `until` for a last day that still counts, `compare=none`, and words of their
own such as `sort`. A word that makes no sense is named on the page and left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from kpilot.ask import catalog, facts
from kpilot.ask.facts import Cutoff
from kpilot.ask.fiscal import fiscal
from kpilot.ask.horizon import ends
from kpilot.ask.names import resolved
from kpilot.core.calendar import Period
from kpilot.core.errors import UserError, did_you_mean
from kpilot.core.query import WORDS, Filter, Query, local_date
from kpilot.core.rights import Reader
from kpilot.core.text import Text
from kpilot.project import Project
from kpilot.web.kpis import presets
from kpilot.web.kpis.presets import Today

Said = Mapping[str, Sequence[str]]
PAGE_WORDS = ("until", "sort", "page", "only", "figure", "dimension", "q", "back")
FORGOTTEN = ("page", "only", "figure", "sort", "q", "dimension", "back", "kpi")


@dataclass(frozen=True, kw_only=True)
class State:
    """What a page is about.

    query     the question, with a period always; its KPIs are the page's
    preset    the word that names the period ("this_month"), "" for one with dates or a name
    said      the words of the address as they stand, for links
    problems  what was wrong in the address, each left out of the question
    """

    query: Query
    preset: str
    said: dict[str, tuple[str, ...]]
    today: Today
    cut: Cutoff
    problems: tuple[UserError, ...] = ()

    @property
    def period(self) -> Period:
        if self.query.period is None:
            raise TypeError("The question of a page has a period.")
        return self.query.period

    @property
    def counted(self) -> Period:
        """The days of the period that have data; all of them while it has not begun."""
        after_last = max(self.today.last + timedelta(1), self.period.start)
        begun = self.period.cut(self.period.start, after_last)
        return begun if begun.start < begun.end else self.period

    def link(self, path: str = "", **changes: str | Sequence[str] | None) -> str:
        """The address with some words changed; None or nothing takes a word out.

        Words that concern one list only (sort, page, …) are left behind unless they are given.
        """
        words = {word: values for word, values in self.said.items() if word not in FORGOTTEN}
        for word, value in changes.items():
            words.pop(word, None)
            if value:
                words[word] = (value,) if isinstance(value, str) else tuple(value)
        if "period" in changes:
            words = {word: v for word, v in words.items() if word not in ("from", "to", "until")}
        text = urlencode([(word, value) for word, values in words.items() for value in values])
        return f"{path}?{text}" if text or not path else path

    def link_with(self, path: str, condition: Filter) -> str:
        """The address with one more filter; on a dimension filtered already, with this instead."""
        kept = [one for one in self.query.where if one.dimension != condition.dimension]
        return self.link(path, where=[str(one) for one in (*kept, condition)])

    def link_without(self, path: str, condition: Filter) -> str:
        """The address without one of its filters."""
        return self.link(path, where=[str(o) for o in self.query.where if o != condition])


Read = Callable[[Said], Query]


def read_state(
    given: Said, project: Project, reader: Reader, *, kpis: Iterable[str], now: datetime
) -> State:
    """The state that an address means for this reader, whatever is wrong with it.

    kpis  the KPIs of the page; now  the clock, naive UTC
    """
    known, names = catalog(project), tuple(kpis)

    def read(words: Said) -> Query:
        return Query.from_params(
            {**words, "kpi": names},
            reader=reader,
            catalog=known,
            settings=project.settings,
            fiscal=fiscal(project),
        )

    problems: list[UserError] = []
    said = _known(given, problems)
    preset = next((word for word in said.get("period", ()) if word in presets.LABELS), "")
    query = read(_understood(said, preset, read, problems))
    cut = facts.cutoff(project, query.as_of, now)
    today = _today(project, cut)
    if query.period is None:
        preset = preset or presets.usual(today)
        query = replace(query, period=presets.resolve(preset, today))
    compare = None if said.get("compare") == ["none"] else query.compare or "previous"
    query = replace(query, compare=compare, where=_filters(project, query, problems))
    kept = {word: tuple(values) for word, values in said.items()}
    kept["where"] = tuple(str(one) for one in query.where)
    return State(
        query=query,
        preset=preset,
        said={word: values for word, values in kept.items() if values},
        today=today,
        cut=cut,
        problems=tuple(problems),
    )


def _known(given: Said, problems: list[UserError]) -> dict[str, list[str]]:
    """The words of the address that pages know, without empty values."""
    known = (*WORDS, *PAGE_WORDS)
    for word in given:
        if word not in known:
            problems.append(
                UserError(
                    "“{word}” in the address means nothing here.",
                    word=word,
                    hint=did_you_mean(word, known),
                    code="unknown_word",
                )
            )
    kept = {word: [v for v in values if v.strip()] for word, values in given.items()}
    return {word: values for word, values in kept.items() if values and word in known}


def _understood(
    said: dict[str, list[str]], preset: str, read: Read, problems: list[UserError]
) -> dict[str, list[str]]:
    """The words of a query among those said, read one by one; the wrong ones leave `said`."""
    parts: list[tuple[tuple[str, ...], Said]] = []
    if preset:
        for word in ("from", "to", "until"):
            said.pop(word, None)
    elif dates := [word for word in ("period", "from", "to", "until") if word in said]:
        parts.append((tuple(dates), {word: said[word] for word in dates}))
    for word in ("grain", "by", "as_of", "attribution", "compare"):
        if word in said and said[word] != ["none"]:
            parts.append(((word,), {word: said[word]}))
    parts += [(("where",), {"where": [text]}) for text in said.pop("where", ())]
    understood: dict[str, list[str]] = {}
    for words, part in parts:
        try:
            asked = _with_last_day(part)
            read(asked)
        except UserError as error:
            problems.append(error)
            for word in words:
                said.pop(word, None)
        else:
            for word, values in asked.items():
                understood[word] = [*understood.get(word, []), *values]
    return understood


def _with_last_day(part: Said) -> Said:
    """`until`, a last day that counts, as `to`, the first day that does not."""
    if "until" not in part:
        return part
    try:
        end = date.fromisoformat(part["until"][0]) + timedelta(1)
    except (ValueError, OverflowError) as error:
        raise UserError(
            "“{text}” is not a date.",
            text=part["until"][0],
            code="bad_date",
            hint=Text("Write it as 2017-03-31."),
        ) from error
    return {**{word: v for word, v in part.items() if word != "until"}, "to": [str(end)]}


def _today(project: Project, cut: Cutoff) -> Today:
    first, last = ends(project, cut.version)
    return Today(
        last=local_date(cut.at - timedelta(microseconds=1), project.settings),
        whole=cut.whole,
        first=first,
        ended=last + timedelta(1) if last else None,
        fiscal=fiscal(project),
    )


def _filters(project: Project, query: Query, problems: list[UserError]) -> tuple[Filter, ...]:
    """The filters whose values are there for this reader; the others become problems."""
    kept = []
    for one in query.where:
        try:
            resolved(project, replace(query, where=(one,)))
        except UserError as error:
            problems.append(error)
        else:
            kept.append(one)
    return tuple(kept)


def utc_now() -> datetime:
    """The clock, naive UTC: read here, by the outermost surface."""
    return datetime.now(UTC).replace(tzinfo=None)
