"""The one address of the command line: a command with its words in, its progress and answer out.

Open to whoever holds the token in the project folder and knocks from this machine; nobody else
learns that there is such an address.
"""

import json
import queue
import secrets
import threading
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kpilot.ask import facts
from kpilot.core.faults import FAULTS, in_words
from kpilot.web.goals.completion import announce_all
from kpilot.web.local.commands import Json, carry_out
from kpilot.web.local.door import read_door
from kpilot.web.local.lines import answer_line, error_line, progress_line
from kpilot.web.people.access import public
from kpilot.web.warehouse import project

LOADS = ("load", "undo")
HERE = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})


@public
@csrf_exempt  # no browser comes here: there is no cookie, but a token no page can read
@require_POST
def command(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """Carry out one command, one JSON object a line."""
    if not _is_ours(request):
        raise Http404
    body: Json = json.loads(request.body)
    return StreamingHttpResponse(_lines(name, body), content_type="application/x-ndjson")


def _is_ours(request: HttpRequest) -> bool:
    door = read_door(settings.PROJECT_FOLDER)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if door is None or request.META.get("REMOTE_ADDR") not in {*HERE, door.host}:
        return False
    return secrets.compare_digest(given.encode(), door.token.encode())


def _lines(name: str, body: Json) -> Iterator[str]:
    """The work is done in a thread, so that its progress can be told meanwhile.

    Which goals a load has reached is told when its answer has been given: nobody waits for it.
    """
    said: queue.Queue[str | None] = queue.Queue()

    def work() -> None:
        try:
            answer = carry_out(name, project(), body, lambda *how_far: said.put(
                progress_line(*how_far)))
            said.put(answer_line(answer))
            if name in LOADS:
                announce_all(project(), facts.utc_now())
        except (*FAULTS, DatabaseError) as error:
            told = in_words(error, settings.PROJECT_FOLDER)
            if told is None:
                raise
            said.put(error_line(told))
        finally:
            said.put(None)
            connections.close_all()

    threading.Thread(name="kpilot command", target=work, daemon=True).start()
    while (line := said.get()) is not None:
        yield line
