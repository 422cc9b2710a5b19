"""How much memory a program and all it starts use at once, seen from outside (Linux)."""

import subprocess
import threading
import time
from pathlib import Path

PAGE = 4096
EVERY = 0.01


def run(command: list[str], *, folder: Path) -> tuple[str, float, int]:
    """(what it printed, seconds, most bytes resident at once with its children).

    RuntimeError with what it complained of when it fails.
    """
    begun = time.perf_counter()
    program = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
    peak = 0
    is_over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not is_over.wait(EVERY):
            peak = max(peak, sum(_resident(pid) for pid in _family(program.pid)))

    watching = threading.Thread(target=watch)
    watching.start()
    said, complaint = program.communicate()
    seconds = time.perf_counter() - begun
    is_over.set()
    watching.join()
    if program.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {program.returncode}:\n{complaint}")
    return said, seconds, peak


def _family(pid: int) -> list[int]:
    """The process and everything it started that is still there."""
    found = [pid]
    for parent in found:
        try:
            text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        except OSError:
            continue
        found.extend(int(child) for child in text.split())
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0
