"""The first step of a load: files on disk become tables of text cells, in a process of their own."""

from collections.abc import Sequence
from pathlib import Path

from kpilot.core.raw import Limits, RawTable
from kpilot.load.report import Progress, silent

DEFAULT = Limits()


def read(paths: Sequence[Path], folder: Path, *, limits: Limits = DEFAULT,
         progress: Progress = silent) -> list[RawTable]:
    """The tables of the files `paths` (a directory gives its data files), as Parquet in `folder`.

    Raises UserError when a file can't be read at all; rows that can't be read are in `bad`.
    `progress("read", done, total)` counts bytes over all files.
    """
    raise NotImplementedError
