"""`kpilot demo`: the page is up at once, and the company is there a little later."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kpilot.cli.handing import is_answering

PATIENCE = 120


@pytest.mark.slow
def test_the_demo_is_served_filled_and_found_again(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for _ in range(2):
        said = _until_in_place(folder, port)
        assert "admin@quervane.example" in said
        assert "zoe@quervane.example" in said
    assert run("loads", "--project", folder).stdout.count("kpilot demo") == 1
    done = run("ask", "sales_count", "--period", "2026-Q1", "--by", "team", "--project", folder)
    assert "Lyon" in done.stdout


def test_the_demo_takes_no_project_of_yours(run: Any, project: Path) -> None:
    command = [sys.executable, "-m", "kpilot", "demo", "--folder", str(project), "--no-browser"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "is a project of yours, not the demo." in done.stderr


def _until_in_place(folder: Path, port: int) -> str:
    """What the demo prints until everything is in place; it is ended after that."""
    command = [sys.executable, "-m", "kpilot", "demo", "--folder", str(folder), "--port", str(port),
               "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if "Everything is in place" in line:
                break
        assert _status(port) in (200, 302)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)
    until = time.monotonic() + PATIENCE
    while is_answering(folder) and time.monotonic() < until:
        time.sleep(0.1)
    return "".join(said)


def _status(port: int) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", "/")
    return line.getresponse().status
