"""The mark (ETag) of what a card shows: the same mark means the same card, without asking again."""

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from kpilot.ask.catalog import additions
from kpilot.ask.facts import data_version
from kpilot.project import Project
from kpilot.web.dashboards import placing
from kpilot.web.dashboards.placing import Placed
from kpilot.web.kpis.state import State
from kpilot.web.kpis.words import language
from kpilot.web.people.models import Person
from kpilot.web.shell.assets import asset

MARKS, KEPT = ("marks",), 2000


def mark(cards: Sequence[Placed], state: State, person: Person, project: Project, form: str) -> str:
    """Everything that what is shown depends on: the data, the catalogue, the question, the reader,
    her language, and what people wrote down in kpilot (goals, targets, rules)."""
    query = state.query
    parts = (
        state.cut.version, additions(project), project.settings, placing.to_json(tuple(cards)),
        sorted(state.said.items()), query.kpis, query.period, state.today,
        state.cut.day, person.pk, person.role, query.reader.fingerprint,
        language(), form, asset("app.ts"), _written(),
    )  # fmt: skip
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


@dataclass(frozen=True)
class Visit:
    """A request for a marked thing: what was asked by whom, and what had been written by then."""

    request: HttpRequest
    project: Project
    place: Hashable
    written: Hashable

    @property
    def same(self) -> HttpResponse | None:
        """304 at once when nothing was written anywhere since this mark was given for the same."""
        tag, written = _known(self.project).get(self.place, ("", None))
        return unchanged(self.request, tag) if tag and written == self.written else None

    def keep(self, tag: str) -> str:
        """The mark, kept for the next visit."""
        known = _known(self.project)
        known[self.place] = (tag, self.written)
        while len(known) > KEPT:
            known.popitem(last=False)
        return tag


def visit(request: HttpRequest, person: Person, project: Project) -> Visit:
    """The visit of a person to the address of the request, before anything is looked up."""
    place = (request.get_full_path(), bool(request.headers.get("HX-Request")), person.pk,
             language())  # fmt: skip
    written = (
        data_version(project), additions(project), project.settings, _written(),
        datetime.now(project.settings.zone).date(), asset("app.ts"),
    )  # fmt: skip
    return Visit(request, project, place, written)


def _known(project: Project) -> OrderedDict[Hashable, tuple[str, Hashable]]:
    known: OrderedDict[Hashable, tuple[str, Hashable]] = project.memo.setdefault(
        MARKS, OrderedDict()
    )
    return known


def unchanged(request: HttpRequest, tag: str) -> HttpResponse | None:
    """304 for whoever has what the mark stands for."""
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    return None


def marked(answer: HttpResponse, tag: str) -> HttpResponse:
    """The answer with its mark; the browser asks each time whether it still holds."""
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Cookie, HX-Request"
    return answer


def _written() -> tuple[tuple[int, int], ...]:
    """When the application database was written last."""
    name = str(connection.settings_dict["NAME"])
    found = []
    for path in (Path(name), Path(f"{name}-wal")):
        try:
            seen = path.stat()
        except OSError:
            found.append((0, 0))
        else:
            found.append((seen.st_mtime_ns, seen.st_size))
    return tuple(found)
