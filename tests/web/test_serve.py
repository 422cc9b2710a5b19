"""The server as a newcomer meets it: up in seconds, small, and clear when it cannot start."""

import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kpilot.core.errors import UserError
from kpilot.project import create_project, open_project
from kpilot.web.serve import address_of, serve, set_aside

ROOT = Path(__file__).parents[2]


Fetch = Callable[..., tuple[int, dict[str, str], bytes]]


def resident(pid: int) -> int:
    """Megabytes of memory of a process and its children."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,rss="], check=True, capture_output=True, text=True
    ).stdout
    rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return sum(rss for own, parent, rss in rows if pid in (own, parent)) // 1024


def children_seconds() -> float:
    """Processor time of the processes this one has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def until_it_answers(fetch: Fetch, address: str) -> tuple[int, dict[str, str]]:
    """Status and headers of the first answer at `/`."""
    while True:
        try:
            status, headers, _ = fetch(address, "/")
        except OSError:
            time.sleep(0.02)
        else:
            return status, headers


def start(folder: Path, port: int) -> subprocess.Popen[str]:
    code = (
        "import sys; from pathlib import Path; from kpilot.web.serve import serve; "
        "serve(Path(sys.argv[1]), port=int(sys.argv[2]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), str(port)],
        cwd=ROOT, env={**os.environ}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_new_project_is_served_within_seconds_in_little_memory(
    tmp_path: Path, unused_port: int, fetch: Fetch
) -> None:
    # Processor time of the server: on a machine that does much else, the clock says little.
    folder = create_project(tmp_path / "new")
    before = children_seconds()
    process = start(folder, unused_port)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == f"http://127.0.0.1:{unused_port}/"
        status, headers = until_it_answers(fetch, f"127.0.0.1:{unused_port}")
        assert (status, headers["location"]) == (302, "/setup/")
        assert resident(process.pid) < 250
    finally:
        process.terminate()
        process.wait(timeout=20)
    assert children_seconds() - before < 5
    open_project(folder).close()  # the server has let go of the warehouse


def test_what_lives_as_long_as_the_server_is_not_walked_through_again(project_folder: Path) -> None:
    try:
        set_aside()
        assert gc.get_freeze_count() > 50_000
        assert len(gc.get_objects()) < 1000
    finally:
        gc.unfreeze()


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path, server: str) -> None:
    taken = int(server.rsplit(":", 1)[1])
    with pytest.raises(UserError, match=f"Port {taken} is in use. Choose another with --port"):
        serve(create_project(tmp_path / "p"), port=taken)


@pytest.mark.parametrize(("host", "port", "code"), [
    ("no.such.invalid", 1234, "no_address"), ("192.0.2.1", 1234, "no_address"),
    ("::ffff:192.0.2.1", 1234, "no_address"), ("", 0, "no_address"), ("a" * 70, 0, "no_address"),
])
def test_an_address_of_nobody_here_is_said_before_anything_starts(
    tmp_path: Path, host: str, port: int, code: str
) -> None:
    with pytest.raises(UserError) as raised:
        serve(tmp_path, host=host, port=port)
    assert raised.value.code == code


def test_a_name_is_listened_on_by_its_number() -> None:
    assert address_of("localhost", 1234) == "127.0.0.1"
    assert address_of("::1", 1234) == "::1"


def test_figures_open_elsewhere_are_said_and_end_the_server(
    tmp_path: Path, unused_port: int
) -> None:
    folder = create_project(tmp_path / "p")
    held = open_project(folder)
    try:
        process = start(folder, unused_port)
        _, said = process.communicate(timeout=30)
        assert "are open in another kpilot process" in said
        assert process.returncode != 0
    finally:
        held.close()


def test_pages_are_not_given_under_a_name_nobody_announced(server: str, fetch: Fetch) -> None:
    status, _, _ = fetch(server, "/sign-in/", {"Host": "evil.example"})
    assert status == 400


def test_built_files_are_packed_and_kept_for_ever_by_browsers(server: str, fetch: Fetch) -> None:
    _, _, page = fetch(server, "/sign-in/")
    style = page.decode().split('rel="stylesheet" href="')[1].split('"')[0]
    _, headers, _ = fetch(server, style, {"Accept-Encoding": "br"})
    assert headers["content-encoding"] == "br"
    assert "immutable" in headers["cache-control"]
