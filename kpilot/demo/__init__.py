"""A made-up company to look at kpilot with, generated from a seed; nothing in it is real.

`write` gives the files a CRM would export; they go through `load()` like anyone's.
"""

from datetime import date, timedelta
from pathlib import Path

from kpilot.demo.days import works
from kpilot.demo.files import write_files
from kpilot.demo.rows import rows
from kpilot.demo.views import views

SEED = 2026


def last_working_day(now: date) -> date:
    """The last working day that is wholly over on `now`: the `today` of a demo opened then."""
    day = now - timedelta(days=1)
    while not works(day):
        day -= timedelta(days=1)
    return day


def write(folder: Path, seed: int = SEED, *, today: date, stories: bool = True) -> list[Path]:
    """The files of the company of `seed` with three years up to `today`, written into `folder`.

    The same seed, day and `stories` give the same bytes. Without `stories` nothing is planted.
    """
    return write_files(folder, views(rows(seed, today, stories=stories), seed))
