"""Commands while a server holds the warehouse: they are handed to it, and nobody meets a lock."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kpilot.cli.handing import is_answering
from kpilot.web.local.door import read_door


@pytest.fixture
def served(loaded: Path) -> Iterator[Path]:
    """The project while `kpilot serve` runs on it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "kpilot", "serve", str(loaded), "--port", str(port)],
        env=os.environ, stdout=subprocess.DEVNULL, start_new_session=True,
    )
    until = time.monotonic() + 40
    while not is_answering(loaded):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.1)
    yield loaded
    process.terminate()
    process.wait(20)


def test_everything_works_while_a_server_runs(run: Any, served: Path, sales: Path) -> None:
    answer = json.loads(run("ask", "win_rate", "--period", "2024", "--json").stdout)
    assert answer["rows"][0]["den"] == 3
    sales.write_text(sales.read_text() + "S-5,Five,Ann,Won,50,2024-06-01,GTX Pro\n")
    done = run("load", sales, "--yes")
    assert done.exit_code == 0, done.stderr
    assert "Load 2 is done" in done.stdout
    assert run("undo", 2).exit_code == 0
    assert "sales.csv" in run("loads").stdout
    assert "66.7%" in run("explain", "win_rate", "--period", "2024").stdout
    wrong = run("ask", "win_rat")
    assert wrong.exit_code == 1
    assert "Did you mean “win_rate”?" in wrong.stderr


def test_the_server_s_note_is_for_its_owner_alone(served: Path) -> None:
    assert (served / "server.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("token", ["", "Bearer guessed", "Bearer "])
def test_without_the_token_there_is_no_such_page(token: str, served: Path) -> None:
    door = read_door(served)
    assert door is not None
    line = http.client.HTTPConnection(door.host, door.port, timeout=10)
    line.request("POST", "/api/local/loads/", "{}", {"Authorization": token})
    assert line.getresponse().status == 404
    line.close()
