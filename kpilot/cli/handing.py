"""Hands a command to the server that holds the warehouse, so that nobody ever meets a lock."""

import http.client
import json
import socket
from pathlib import Path

from kpilot.core.errors import UserError
from kpilot.core.text import Text
from kpilot.load.report import Progress
from kpilot.web.local.door import read_door
from kpilot.web.local.lines import from_line

Json = dict[str, object]


def is_answering(folder: Path) -> bool:
    """Whether a server of this project takes commands now."""
    door = read_door(folder)
    if door is None:
        return False
    try:
        with socket.create_connection((door.host, door.port), timeout=1):
            return True
    except OSError:
        return False


def hand(
    folder: Path, command: str, body: Json, progress: Progress, locked: UserError
) -> dict[str, object]:
    """The server's answer, its progress passed on; `locked` is raised when no server answers.

    What the server says went wrong comes back as the UserError it was.
    """
    door = read_door(folder)
    if door is None:
        raise locked
    line = http.client.HTTPConnection(door.host, door.port, timeout=3600)
    try:
        line.request(
            "POST", f"/api/local/{command}/", json.dumps(body),
            {"Authorization": f"Bearer {door.token}", "Content-Type": "application/json"},
        )
        response = line.getresponse()
        if response.status != 200:
            raise locked
        for said in response:
            if (answer := from_line(said, progress)) is not None:
                return answer
    except OSError as error:
        raise locked from error
    finally:
        line.close()
    raise UserError("The server ended before it had answered.", code="server_gone",
                    hint=Text("Look at what it printed, and start it again."))
