"""`make bench`: runs what is measured, prints it and writes docs/reference/bench.md.

    python -m benchmarks [load] [ask] [pages] [--rows N]
"""

import argparse
import os
import platform
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import ask, catalogue, company, load, pages
from kpilot.project import open_project

REPORT = Path(__file__).parents[1] / "docs" / "reference" / "bench.md"
PACKAGES = ("duckdb", "sqlglot", "numpy", "pyarrow")
MILLION = 1_000_000
LEAST = 0.1
PARTS = ("load", "ask", "pages")


def main() -> None:
    """Print the tables; write the report when everything was measured at full size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", choices=(*PARTS, []), help="all unless said")
    parser.add_argument("--rows", type=int, default=MILLION, help="opportunities")
    said = parser.parse_args()
    parts = said.what or PARTS
    text = [_heading(said.rows)]
    if "load" in parts:
        text.append(loading(said.rows))
        print(text[-1], flush=True)
    with tempfile.TemporaryDirectory() as name:
        if "ask" in parts:
            text.append(asking(said.rows, Path(name)))
            print(text[-1], flush=True)
        if "pages" in parts:
            text.append(looking(said.rows, Path(name) / "large"))
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


def asking(n: int, place: Path) -> str:
    """Facts, the whole catalogue, and compiled SQL against SQL by hand, as Markdown.

    A company of a tenth the size is measured first: what grows faster than the data shows.
    """
    small = catalogue.measured(place / "small", n // 10)
    large = catalogue.measured(place / "large", n)
    with closing(open_project(place / "large")) as project:
        by_hand = list(ask.timings(project))
    return whole(small, large) + compared(n, by_hand, large)


def looking(n: int, folder: Path) -> str:
    """A dashboard's figures and the pages over a company of `n` opportunities, as Markdown."""
    if not folder.exists():
        catalogue.fill(folder, n)
    answers, seen = pages.measured(folder)
    times = [(one.what, f"{one.middle:,.1f}", f"{one.p95:,.1f}") for one in answers]
    rows = [(one.page, f"{one.kilobytes:,.0f}", f"{one.largest:,.0f}", f"{one.shift:.3f}")
            for one in seen]
    return f"""
## Dashboards and pages over {n:,} opportunities

`kpilot serve` with {catalogue.MEMORY} for the database, asked one request after the other,
{pages.ROUNDS} of each; milliseconds. No answer to the first kind was kept. Aim: p95 of
{pages.DATA_P95_MS} ms, {pages.SAME_P95_MS} ms when nothing changed.

{_table(("", "median", "p95"), times)}

Chromium on the same machine, its processor slowed down {pages.SLOWER} ×, nothing in its cache: all
that comes over the wire, the largest contentful paint and the layout shift. Aim: 600 kB, 1,500 ms
and 0.05.

{_table(("page", "kB", "largest paint, ms", "shift"), rows)}
"""


def whole(small: catalogue.Measured, large: catalogue.Measured) -> str:
    """What facts and the whole catalogue take, and how that grows, as Markdown."""
    before = {one.fact: one for one in small.facts}
    facts = [(f"`{one.fact}`", f"{one.rows:,}", f"{one.seconds:.2f}", f"{one.processor:.2f}",
              _grown(before[one.fact].processor, one.processor))
             for one in sorted(large.facts, key=lambda one: -one.processor)]
    facts.append(("all", f"{sum(one.rows for one in large.facts):,}",
                  f"{sum(one.seconds for one in large.facts):.1f}",
                  f"{sum(one.processor for one in large.facts):.1f}",
                  _grown(sum(one.processor for one in small.facts),
                         sum(one.processor for one in large.facts))))
    rows = [(what, *(f"{each.seconds(key):.1f}" for each in (small, large)),
             _grown(small.seconds(key), large.seconds(key)))
            for what, key in (("cold: after a load, facts included", "cold"),
                              ("warm: facts there, no result kept", "warm"),
                              ("kept: the same questions again", "kept"))]
    rows.append(("peak MB", *(f"{each.peak / 1e6:,.0f}" for each in (small, large)),
                 _grown(small.peak, large.peak)))
    heads = ("", f"{small.n:,}", f"{large.n:,}", "growth")
    return f"""
## The whole catalogue over {large.n:,} opportunities

{large.n:,} opportunities, {2 * large.n:,} leads and orders, {5 * large.n:,} activities and what
goes with them. {len(large.asked)} KPIs, each asked by one dimension ({company.AGENTS} agents where
it has agents) and month over the last year: a process of its own, {catalogue.MEMORY} for the
database. Seconds:

{_table(heads, rows)}

Growth with ten times the data; at most 10 × is linear (what took under
{LEAST:.1f} s on the small company is not told).

## Facts

Built once after a load, one after the other; seconds by the clock and of the processor, and the
growth of the latter from {small.n:,} to {large.n:,} opportunities.

{_table(("fact", "rows", "seconds", "processor s", "growth"), facts)}
"""


def compared(n: int, by_hand: Sequence[ask.Timing], measured: catalogue.Measured) -> str:
    """Every KPI: the SQL against SQL by hand where there is some, and the whole ask()."""
    timed = {one.kpi: one for one in by_hand}
    rows = [(f"`{one.kpi}`", one.by or "—", one.kind, *_against(timed.get(one.kpi)),
             f"{one.warm * 1000:,.0f}", f"{one.figures:,}")
            for one in measured.asked]
    slow = [one.kpi for one in by_hand if not one.is_within]
    heads = ("KPI", "by", "kind", "kpilot's SQL, ms", "by hand, ms", "ratio",
             f"≤ {ask.ALLOWED_RATIO} × + {ask.ALLOWED_MORE_MS:.0f} ms", "compiling, ms",
             "whole ask(), ms", "figures")
    return f"""
## Each KPI by one dimension and month over {n:,} opportunities

SQL over three years, on the same facts and connection, in turns, median of {ask.ROUNDS}
({ask.FEW_ROUNDS} above {ask.LONG_MS:.0f} ms); the figures of both are compared first. “Whole
ask()” and its figures: the last year, as a question whose result is not kept: SQL, names, gaps
filled, intervals and objects. By hand: {len(by_hand)} KPIs that one SELECT over a fact expresses;
{len(by_hand) - len(slow)} within {ask.ALLOWED_RATIO} × + {ask.ALLOWED_MORE_MS:.0f} ms\
{": not " if slow else ""}{", ".join(slow)}.

{_table(heads, rows)}
"""


def _against(one: ask.Timing | None) -> tuple[str, ...]:
    if one is None:
        return ("",) * 5
    return (f"{one.compiled:.1f}", f"{one.by_hand:.1f}", f"{one.ratio:.2f}",
            "yes" if one.is_within else "**no**", f"{one.compiling:.1f}")


def _grown(small: float, large: float) -> str:
    return f"{large / small:.1f} ×" if small > LEAST else ""


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
