"""`make bench`: runs what is measured, prints it and writes docs/reference/bench.md.

    python -m benchmarks [load] [ask] [--rows N]
"""

import argparse
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import ask, company, load

REPORT = Path(__file__).parents[1] / "docs" / "reference" / "bench.md"
PACKAGES = ("duckdb", "sqlglot", "numpy", "pyarrow")
MILLION = 1_000_000


def main() -> None:
    """Print the tables; write the report when everything was measured at full size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", choices=("load", "ask", []), help="all unless said")
    parser.add_argument("--rows", type=int, default=MILLION, help="opportunities")
    said = parser.parse_args()
    parts = said.what or ["load", "ask"]
    text = [_heading(said.rows)]
    if "load" in parts:
        text.append(loading(said.rows))
        print(text[-1], flush=True)
    if "ask" in parts:
        text.append(asking(said.rows))
        print(text[-1], flush=True)
    if not said.what and said.rows == MILLION:
        REPORT.write_text("\n".join(text), encoding="utf-8")
        print(f"written to {REPORT.relative_to(Path(__file__).parents[1])}")


def loading(n: int) -> str:
    """The load's table as Markdown."""
    ours, bare = load.loadings(n)
    names = ("`kpilot load`", "bare `read_csv` into a table")
    rows = [(name, f"{each.seconds:.2f}", f"{each.rows_a_second:,.0f}", f"{each.processor:.1f}",
             f"{each.peak / 1e6:,.0f}") for name, each in zip(names, (ours, bare), strict=True)]
    limit = load.ALLOWED_SECONDS_A_MILLION * n / MILLION
    is_within = ours.seconds <= limit and ours.peak < load.ALLOWED_BYTES
    return f"""
## Loading {n:,} opportunities from CSV

One flat file, everything by name; a new project each time; median of {load.ROUNDS} runs, in turns.

{_table(("", "seconds", "rows/s", "processor s, start included", "peak MB, child included"), rows)}

kpilot takes {ours.seconds / bare.seconds:.1f} × the time of the bare read. Aim: {limit:.1f} s and
{load.ALLOWED_BYTES / 1e6:,.0f} MB: {"met" if is_within else "**not met**"}.
"""


def asking(n: int) -> str:
    """The questions' table as Markdown."""
    with ask.filled(n) as (project, building):
        rows = []
        for each in ask.timings(project):
            rows.append((f"`{each.kpi}`", f"{each.compiled:.1f}", f"{each.by_hand:.1f}",
                         f"{each.ratio:.2f}", "yes" if each.is_within else "**no**",
                         f"{each.compiling:.1f}", f"{each.whole:,.0f}", f"{each.figures:,}"))
            print(*rows[-1], flush=True)
    heads = ("KPI", "kpilot's SQL, ms", "by hand, ms", "ratio",
             f"≤ {ask.ALLOWED_RATIO} × + {ask.ALLOWED_MORE_MS:.0f} ms", "compiling, ms",
             "whole ask(), ms", "figures")
    return f"""
## Each KPI by agent and month over {n:,} opportunities

{company.AGENTS} agents × 36 months, on the same facts and connection, in turns, median of
{ask.ROUNDS}; the figures of both are compared first. “Whole ask()” is a question never asked
before: SQL, names, gaps filled, intervals and objects. Facts are built once after a load
({building:.1f} s here).

{_table(heads, rows)}
"""


def _heading(n: int) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"""# How fast it is

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, {memory:.0f} GB,
{platform.system()} {platform.machine()}, Python {platform.python_version()}, {packages}.
Read it as ± 30 %: other work on the machine shows.
"""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
