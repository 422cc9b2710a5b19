"""How much memory and processor a program and all it starts use, seen from outside (Linux)."""

import resource
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

PAGE = 4096
EVERY = 0.01


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a program printed, the most bytes resident at once, and its seconds of processor."""

    said: str
    peak: int
    processor: float


def run(command: list[str], *, folder: Path) -> Usage:
    """Run it to its end; RuntimeError with what it complained of when it fails."""
    before = _processor()
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
    is_over.set()
    watching.join()
    if program.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {program.returncode}:\n{complaint}")
    return Usage(said=said, peak=peak, processor=_processor() - before)


def _processor() -> float:
    """Seconds of processor that finished children have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
