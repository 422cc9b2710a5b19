"""What is documented exists, and what exists is documented."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import pytest

from kpilot.ask import ask
from kpilot.ask.catalog import problems
from kpilot.cli import main as kpilot
from kpilot.core.calendar import Fiscal, parse_period
from kpilot.core.kpi import KEYS, read_kpis
from kpilot.core.kpi_shape import KINDS, MEASURE_KEYS
from kpilot.core.query import Query
from kpilot.core.rights import EVERYTHING
from kpilot.core.settings import Settings
from kpilot.core.tables import TABLES
from kpilot.core.windows_sql import Window
from kpilot.load.answers import from_dict
from kpilot.project import create_project, open_project
from scripts import reference

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MAX_DECISION_LINES = 30
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


def headings(page: Path) -> set[str]:
    """The sections of a page as the ids that links use."""
    plain = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    titles = re.findall(r"^#+ +(.+?)\s*$", plain, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(page: Path) -> Iterator[str]:
    for link in LINK.findall(re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, section = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            yield f"{page.relative_to(ROOT)}: {link} does not exist"
        elif section and section not in headings(target):
            yield f"{page.relative_to(ROOT)}: {link} names no section"


def test_the_reference_is_up_to_date() -> None:
    for name, text in reference.pages().items():
        assert (DOCS / name).read_text() == text, "run `make docs`"


@pytest.mark.parametrize("kpi", [kpi.name for kpi in reference.shipped()])
def test_every_kpi_is_documented(kpi: str) -> None:
    assert kpi in headings(REFERENCE / "kpis.md")


@pytest.mark.parametrize("command", sorted(kpilot.commands))
def test_every_command_is_documented(command: str) -> None:
    assert f"kpilot-{command}" in headings(REFERENCE / "commands.md")
    assert kpilot.commands[command].help, "and says itself what it does"


@pytest.mark.parametrize("setting", [setting.name for setting in fields(Settings)])
def test_every_setting_is_documented(setting: str) -> None:
    assert f"| `{setting}` |" in (REFERENCE / "settings.md").read_text()


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_is_documented(table: str) -> None:
    assert table in headings(REFERENCE / "tables.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert list(broken_links(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_in_the_docs_exists(page: Path) -> None:
    words = set(re.findall(r"^(?:\.venv/bin/)?kpilot ([a-z]+)", code_of(page), re.MULTILINE))
    assert words <= set(kpilot.commands)
    targets = set(re.findall(r"^make ([a-z]+)", code_of(page), flags=re.MULTILINE))
    assert targets <= set(make_targets())


def code_of(page: Path) -> str:
    """What a page sets as code, one piece a line."""
    text = page.read_text()
    blocks = re.findall(r"```\w*\n(.*?)```", text, flags=re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return "\n".join([*blocks, *inline])


def make_targets() -> list[str]:
    return re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)


def example(page: str, language: str) -> str:
    """The first piece of `language` on a page of the docs."""
    return examples(page, language)[0]


def examples(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text()
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_the_kpi_of_the_how_to_can_be_read() -> None:
    given = tomllib.loads(example("how-to/add-a-kpi.md", "toml"))
    (kpi,) = read_kpis("large_win_share", given, "add-a-kpi.md")
    assert kpi.measure.kind == "ratio"


@pytest.mark.parametrize("key", sorted({*KEYS, *MEASURE_KEYS} - {"kind", "measure", "variants"}))
def test_every_key_of_a_kpi_file_is_documented(key: str) -> None:
    page = (REFERENCE / "kpi-files.md").read_text()
    assert f"`{key}`" in page
    assert all(f"`{kind}`" in page for kind in KINDS)


@pytest.mark.parametrize("column", [column.name for column in fields(Window)])
def test_every_column_of_a_window_is_documented(column: str) -> None:
    assert f"`{column}`" in (DOCS / "how-to" / "write-a-fact.md").read_text()


ASKED_AT = datetime.fromisoformat("2026-07-01")
COUNTED = """
unit = "count"
direction = "down"
fact = "refund_lately"
date = "period"
agent = "current"
names = { en = "Customers refunded" }
measure = { kind = "sum", num = {} }
"""


def test_the_facts_of_the_how_to_are_counted(tmp_path: Path) -> None:
    stored, windowed = examples("how-to/write-a-fact.md", "sql")
    create_project(tmp_path / "p", organisation="Lumen", currency="EUR", tz="Europe/Paris")
    project = open_project(tmp_path / "p")
    (project.folder / "facts" / "refund_made.sql").write_text(stored)
    (project.folder / "facts" / "refund_lately.sql").write_text(windowed)
    kpi = example("how-to/write-a-fact.md", "toml")
    (project.folder / "kpis" / "late_refunds.toml").write_text(kpi)
    (project.folder / "kpis" / "refunded.toml").write_text(COUNTED)
    with project.engine.transaction() as cursor:
        cursor.execute("UPDATE kp_version SET n = n + 1")
        cursor.execute(
            'INSERT INTO "order" (id, account_id, ordered_on, status, net_amount) VALUES '
            "('1', 'a', '2026-01-05', 'paid', 100), ('2', 'b', '2026-01-20', 'paid', 100)"
        )
        cursor.execute(
            "INSERT INTO refund (id, order_id, refunded_on, refunded_at, net_amount) VALUES "
            "('r', '1', '2026-03-03', NULL, 10), ('s', '2', '2026-03-31', NULL, 10), "
            "('t', '2', NULL, '2026-02-01 23:30:00', 10)"
        )
    assert problems(project) == ()
    found = {}
    for kpi, month in (("late_refunds", "2026-03"), ("late_refunds", "2026-02"),
                       ("refunded", "2026-04"), ("refunded", "2026-06-10")):  # fmt: skip
        period = parse_period(month, Fiscal())
        query = Query(kpis=(kpi,), reader=EVERYTHING, period=period, as_of=ASKED_AT)
        (row,) = ask(query, project).rows
        found[kpi, month] = row.value
    assert found == {
        ("late_refunds", "2026-03"): 1.0, ("late_refunds", "2026-02"): 0.0,
        ("refunded", "2026-04"): 2, ("refunded", "2026-06-10"): 1,
    }  # fmt: skip
    project.close()


def test_the_mapping_file_of_the_how_to_can_be_read() -> None:
    answers = from_dict(tomllib.loads(example("how-to/load-a-crm-export.md", "toml")))
    assert answers.tables["sales_teams"].columns["notes"] is None
    assert answers.stages["Paid back"].kind == "lost"


def test_the_tutorial_shows_what_really_comes_out(tmp_path: Path) -> None:
    page = (DOCS / "tutorial" / "first-figures.md").read_text()
    (tmp_path / "deals.csv").write_text(example("tutorial/first-figures.md", "csv"))
    output = ""
    for kind, block in re.findall(r"```(sh|text)\n(.*?)```", page, flags=re.DOTALL):
        if kind == "text":
            shown = [" ".join(line.split()) for line in output.splitlines()]
            for line in block.splitlines():
                assert any(line in got for got in shown), f"{line!r} is not in:\n{output}"
        elif not block.startswith("kpilot serve"):
            output = run(block, tmp_path)


def run(command: str, folder: Path) -> str:
    """What a command of the docs prints when it is run in `folder`."""
    program, *words = shlex.split(command)
    assert program == "kpilot"
    done = subprocess.run(
        [sys.executable, "-c", "from kpilot.cli import main; main()", *words],
        cwd=folder,
        env={**os.environ, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_the_readme_gives_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "make demo" in readme
    assert "make test" in readme


def test_every_page_of_the_docs_can_be_reached_from_the_first() -> None:
    reached, todo = set(), [DOCS / "index.md"]
    while todo:
        page = todo.pop()
        if page in reached:
            continue
        reached.add(page)
        links = (link.partition("#")[0] for link in LINK.findall(page.read_text()))
        files = ((page.parent / link).resolve() for link in links if link.endswith(".md"))
        todo.extend(file for file in files if file.is_relative_to(DOCS))
    assert {page for page in PAGES if page.is_relative_to(DOCS)} - reached == set()


def test_the_tenets_are_five_and_in_order() -> None:
    tenets = re.findall(r"^\d\. (.+?)\.", (ROOT / "TENETS.md").read_text(), flags=re.MULTILINE)
    assert tenets == ["A right number", "A clear page", "Simple code", "Fast", "Flexible"]


def test_decisions_are_short_numbered_and_listed() -> None:
    records = sorted((DOCS / "decisions").glob("0*.md"))
    numbers = [path.name.split("-")[0] for path in records]
    assert len(set(numbers)) == len(numbers)
    index = (DOCS / "decisions" / "index.md").read_text()
    for path in records:
        text = path.read_text()
        assert len(text.splitlines()) <= MAX_DECISION_LINES, path.name
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert f"({path.name})" in index, f"{path.name} is not in decisions/index.md"


def test_make_lists_its_targets() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for target in ("demo", "test", "lint", "serve", "bench", "docs"):
        assert f"make {target} " in listed


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert f"## {version}" in changelog or "## Unreleased" in changelog
