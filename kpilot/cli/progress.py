"""A progress bar on standard error for what takes more than a second, and only on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from kpilot.cli.opening import Desk
from kpilot.cli.speech import N_
from kpilot.load.report import Progress, silent

PATIENCE = 1.0
STEPS = {
    "read": N_("Reading"),
    "propose": N_("Looking at the columns"),
    "stage": N_("Checking the rows"),
    "compare": N_("Comparing with what is known"),
    "write": N_("Writing"),
    "check": N_("Trying the KPIs"),
}


@contextmanager
def bar(desk: Desk) -> Iterator[Progress]:
    """What to call with (step, done, total); the bar appears when a second has passed."""
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Drawing

    drawing = Drawing(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
                      console=Console(stderr=True), transient=True)
    task = drawing.add_task("", total=None)
    started, shown = monotonic(), False

    def tell(step: str, done: int, total: int) -> None:
        nonlocal shown
        if not shown and monotonic() - started > PATIENCE:
            drawing.start()
            shown = True
        drawing.update(task, description=desk.speech(STEPS.get(step, step)), completed=done,
                       total=total or None)

    try:
        yield tell
    finally:
        if shown:
            drawing.stop()
