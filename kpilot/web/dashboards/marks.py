"""The mark (ETag) of what a card shows: the same mark means the same card, without asking again."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from kpilot.ask.catalog import additions
from kpilot.project import Project
from kpilot.web.dashboards import placing
from kpilot.web.dashboards.placing import Placed
from kpilot.web.kpis.state import State
from kpilot.web.kpis.words import language
from kpilot.web.people.models import Person
from kpilot.web.shell.assets import asset


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
