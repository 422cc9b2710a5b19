"""The rules of the house that a program can check: imports, sizes, names, silenced checks."""

import ast
import re
import statistics
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from importlinter import cli as import_linter

ROOT = Path(__file__).parents[1]
CODE = {".py", ".ts", ".js", ".mjs", ".css", ".html"}
MAX_LINES = 400
MEDIAN_LINES = 120
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "base", "manager", "services"}
OTHER_WORDS = {"ingest", "sync", "metric", "deal"}


def tracked(*suffixes: str) -> list[Path]:
    """The files git knows or would add, by suffix; all of them without one."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    files = [ROOT / name for name in names if name]
    return [f for f in files if f.is_file() and (not suffixes or f.suffix in suffixes)]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def found(pattern: str, files: list[Path]) -> list[str]:
    """`file:line: text` of every line that `pattern` is found in."""
    wanted = re.compile(pattern)
    hits = []
    for path in files:
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if wanted.search(line):
                hits.append(f"{shown(path)}:{number}: {line.strip()[:120]}")
    return hits


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("kpilot", include_external_packages=True, cache_dir=None)


def imported_by(graph: grimp.ImportGraph, module: str) -> set[str]:
    """The packages from outside that `module` itself imports."""
    names = graph.find_modules_directly_imported_by(module)
    return {name for name in names if not name.startswith("kpilot")}


def test_imports_point_down_only(capsys: pytest.CaptureFixture[str]) -> None:
    status = import_linter.lint_imports(str(ROOT / "pyproject.toml"), cache_dir=None)
    assert status == import_linter.EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_only_web_knows_django(imports: grimp.ImportGraph) -> None:
    knowing = {
        module
        for module in imports.modules
        if module.startswith("kpilot")
        and not module.startswith("kpilot.web")
        and imported_by(imports, module) & {"django", "django_htmx", "csp", "whitenoise"}
    }
    assert not knowing


def test_core_knows_the_standard_library_and_sqlglot_alone(imports: grimp.ImportGraph) -> None:
    allowed = sys.stdlib_module_names | {"sqlglot"}
    core = {module for module in imports.modules if module.startswith("kpilot.core")}
    assert core
    known = set().union(*(imported_by(imports, module) for module in core))
    assert known - allowed == set()


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    long = {shown(f): lines(f) for f in tracked(*CODE) if lines(f) > MAX_LINES}
    assert long == {}, "split them by idea"


def test_most_files_are_short() -> None:
    sizes = [lines(f) for f in tracked(".py", ".ts") if "tests" not in f.parts]
    assert statistics.median(size for size in sizes if size) < MEDIAN_LINES


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [shown(f) for f in tracked(".py", ".ts", ".js") if f.stem in VAGUE_NAMES]
    assert vague == []


def test_no_check_is_silenced() -> None:
    silenced = r"#\s*(?:noqa|ruff:|mypy:|type:\s*ignore)|eslint-disabl[e]|@ts-(?:ignore|nocheck)"
    assert found(silenced, tracked(".py", ".ts", ".js", ".mjs")) == []


def catches_everything(node: ast.AST) -> bool:
    """Whether `node` is an `except` for all errors that does not raise them again."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = ast.unparse(node.type) if node.type else "Exception"
    last = node.body[-1]
    raised_again = isinstance(last, ast.Raise) and last.exc is None
    return caught in {"Exception", "BaseException"} and not raised_again


def test_nothing_catches_every_error_and_goes_on() -> None:
    greedy = {
        shown(path)
        for path in python("kpilot", "scripts", "benchmarks")
        for node in ast.walk(ast.parse(path.read_text()))
        if catches_everything(node)
    }
    assert greedy == set()


def test_nothing_is_left_to_be_done_later() -> None:
    assert found(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b", tracked(".py", ".ts", ".mjs", ".html")) == []


def test_no_tracked_file_names_a_path_of_one_machine() -> None:
    assert found(r"(?<![\w.\-/])/(?:work|farm|tmp|root)/[a-z.]", tracked()) == []


def test_no_tracked_file_names_a_package_registry() -> None:
    hosts = r"registry\.(?:npmjs|yarnpkg)|(?:pypi|pythonhosted)\.org"
    settings = r'"resolved": "htt[p]|(?:index-url|registry) *[= ] *"?htt[p]'
    assert found(f"{hosts}|{settings}", tracked()) == []


def python(*folders: str) -> list[Path]:
    """Our Python files in `folders`; migrations are written by Django."""
    return [
        f
        for f in tracked(".py")
        if any(f.is_relative_to(ROOT / name) for name in folders) and "migrations" not in f.parts
    ]


def test_every_module_says_why_it_exists() -> None:
    silent = [
        shown(f)
        for f in python("kpilot", "scripts", "benchmarks", "tests")
        if f.read_text().strip() and not ast.get_docstring(ast.parse(f.read_text()))
    ]
    assert silent == []


def test_every_public_function_says_what_it_gives() -> None:
    silent = []
    files = [path for path in python("kpilot", "scripts") if path.name != "apps.py"]
    for path in files:
        for node in ast.parse(path.read_text()).body:
            if (
                isinstance(node, ast.FunctionDef | ast.ClassDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                silent.append(f"{shown(path)}:{node.lineno} {node.name}")
    assert silent == []


def test_one_word_means_one_thing() -> None:
    wrong = []
    for path in python("kpilot"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node, "name", None) or getattr(node, "arg", None)
            if isinstance(name, str) and OTHER_WORDS & set(name.lower().split("_")):
                wrong.append(f"{shown(path)}:{getattr(node, 'lineno', 0)} {name}")
    assert wrong == []
