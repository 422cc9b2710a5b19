"""The locks agree with pyproject.toml and with each other, and name no address."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
NOT_IMPORTED = {
    "django-htmx": "an app of the settings",
    "tzdata": "the time zones, where the system has none",
}
# Imported where a project names such an engine; only the conformance suite needs them installed.
OTHER_ENGINES = {"clickhouse_connect", "psycopg", "pyspark"}
PIN = re.compile(r"^([\w.\-]+)==(\S+)", flags=re.MULTILINE)


def text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text()


def pins(lock: str) -> set[tuple[str, str]]:
    return set(PIN.findall(text(lock)))


def wanted(lock: str) -> list[Requirement]:
    run = PROJECT["project"]["dependencies"]
    dev = [word for word in GROUPS["dev"] if isinstance(word, str)]
    words = {"build": GROUPS["build"], "run": run, "dev": [*run, *GROUPS["build"], *dev],
             "engines": GROUPS["engines"]}  # fmt: skip
    return [Requirement(word) for word in words[lock]]


@pytest.mark.parametrize("lock", ["build", "run", "dev", "engines"])
def test_a_lock_holds_what_is_asked_for(lock: str) -> None:
    locked = pins(lock)
    for wish in wanted(lock):
        versions = [Version(version) for name, version in locked if name == wish.name]
        assert versions, f"{wish.name} is not in {lock}.txt: run `make lock`"
        assert all(version in wish.specifier for version in versions), f"run `make lock`: {wish}"


@pytest.mark.parametrize("lock", ["build", "run", "dev", "engines"])
def test_a_lock_has_hashes_and_no_address(lock: str) -> None:
    entries = re.split(r"^(?=[\w])", text(lock), flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?:|file:|--(?:extra-)?index|--find-links|@ ", text(lock))


def test_a_package_has_one_version_in_all_locks() -> None:
    assert pins("run") | pins("build") <= pins("dev")
    held = {name for name, _ in pins("dev")}
    assert {pin for pin in pins("engines") if pin[0] in held} <= pins("dev")


def test_building_needs_what_the_build_lock_holds() -> None:
    assert PROJECT["build-system"]["requires"] == GROUPS["build"]


def test_the_front_end_lock_has_no_address() -> None:
    lock = (ROOT / "frontend" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity": "sha512-' in lock


def test_the_program_imports_what_it_asks_for_and_nothing_else() -> None:
    graph = grimp.build_graph("kpilot", include_external_packages=True, cache_dir=None)
    inside = {"kpilot", *sys.stdlib_module_names, *OTHER_ENGINES}
    outside = {name.split(".")[0] for name in graph.modules} - inside
    packages = {"_duckdb": ["duckdb"], **packages_distributions()}
    imported = {re.sub("[-_.]+", "-", packages[name][0].lower()) for name in outside}
    assert imported | set(NOT_IMPORTED) == {wish.name for wish in wanted("run")}
