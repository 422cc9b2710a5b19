"""What is packed is what runs: the wheel and the source distribution hold all that kpilot needs."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LANGUAGES = {path.name for path in (ROOT / "kpilot" / "locale").iterdir() if path.is_dir()}


def build(kind: str, source: Path, into: Path) -> Path:
    """The wheel or source distribution of `source`, built by the packages of this environment."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", into]
    subprocess.run([str(word) for word in command], cwd=source, check=True, capture_output=True)
    return next(into.iterdir())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    packed = build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))
    folder = tmp_path_factory.mktemp("unpacked")
    shutil.unpack_archive(packed, folder)
    return next(folder.iterdir())


def needed() -> set[str]:
    """The files of the package that are no Python, as a checkout that was built has them."""
    package = ROOT / "kpilot"
    suffixes = {".toml", ".sql", ".html", ".txt", ".mo", ".json", ".js", ".css", ".woff2", ".svg"}
    return {
        path.relative_to(ROOT).as_posix() for path in package.rglob("*") if path.suffix in suffixes
    }


def test_the_wheel_holds_everything_that_runs(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert needed() <= names
    for language in LANGUAGES:
        assert f"kpilot/locale/{language}/LC_MESSAGES/django.mo" in names
    assert "kpilot/web/static/dist/manifest.json" in names


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"kpilot"}
    assert [name for name in names if name.endswith((".po", ".pyc", ".stamp"))] == []


def test_the_wheel_runs_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--target", tmp_path / "packages", wheel], check=True)
    run = subprocess.run(
        [sys.executable, "-c", "import kpilot.cli; print(kpilot.cli.__file__); kpilot.cli.main()"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "packages")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert str(tmp_path) in run.stdout.splitlines()[0]
    assert "Usage:" in run.stdout + run.stderr


def test_the_source_distribution_builds_the_same_wheel_without_npm(
    sources: Path, wheel: Path, tmp_path: Path
) -> None:
    again = build("wheel", sources, tmp_path)
    assert not (sources / "frontend" / "node_modules").exists()
    assert set(zipfile.ZipFile(again).namelist()) == set(zipfile.ZipFile(wheel).namelist())


def test_the_source_distribution_holds_the_licence_and_the_front_end(sources: Path) -> None:
    for name in ("LICENSE", "README.md", "frontend/package-lock.json", "scripts/build.py"):
        assert (sources / name).is_file()
