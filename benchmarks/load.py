"""A million opportunities from CSV, end to end: kpilot's load() beside DuckDB's bare read_csv.

Each run is a process of its own with a new database, in turns. DuckDB reads the same file into one
table, guessing the types; kpilot also maps the columns, makes the accounts, agents and products
the file names, checks every cell, compares with what is there and writes it all in one transaction.
"""

import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import duckdb

from benchmarks import company, memory

ROUNDS = 3
ALLOWED_SECONDS_A_MILLION, ALLOWED_BYTES = 2.0, 1_500_000_000


@dataclass(frozen=True, kw_only=True)
class Loading:
    """Medians of the rounds: seconds of load alone; processor seconds and bytes of all of it."""

    what: str
    rows: int
    seconds: float
    processor: float
    peak: int

    @property
    def rows_a_second(self) -> float:
        return self.rows / self.seconds


def loadings(n: int) -> tuple[Loading, Loading]:
    """(kpilot, bare DuckDB) for a file of `n` opportunities."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = company.make(n)
        file = company.write_export(made, folder / "opportunities.csv")
        made.close()
        runs: dict[str, list[memory.Usage]] = {"kpilot": [], "bare": []}
        for number in range(ROUNDS):
            for what, used in runs.items():
                command = [sys.executable, "-m", "benchmarks.load", what, str(file),
                           str(folder / f"{what}-{number}")]
                used.append(memory.run(command, folder=Path(__file__).parents[1]))
        return _loading("kpilot", n, runs["kpilot"]), _loading("bare", n, runs["bare"])


def _loading(what: str, n: int, used: list[memory.Usage]) -> Loading:
    return Loading(
        what=what, rows=n, seconds=median(float(each.said.split()[-1]) for each in used),
        processor=median(each.processor for each in used),
        peak=int(median(each.peak for each in used)))


def kpilot(file: Path, folder: Path) -> None:
    """One load as `kpilot load FILE --yes` does it."""
    from kpilot.load import load
    from kpilot.project import create_project, open_project

    project = open_project(create_project(folder))
    begun = time.perf_counter()
    load([file], project, who="bench", now=datetime.now(UTC).replace(tzinfo=None), yes=True)
    project.engine.query("CHECKPOINT")
    print(time.perf_counter() - begun)
    project.close()


def bare(file: Path, folder: Path) -> None:
    """The least one can do with the file."""
    folder.mkdir()
    connection = duckdb.connect(str(folder / "bare.duckdb"))
    begun = time.perf_counter()
    connection.execute("CREATE TABLE opportunity AS SELECT * FROM read_csv(?)", [str(file)])
    connection.execute("CHECKPOINT")
    print(time.perf_counter() - begun)
    connection.close()


if __name__ == "__main__":
    {"kpilot": kpilot, "bare": bare}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
