"""`kpilot init` and `kpilot check`, and which project a command is about."""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest


def test_init_writes_the_settings_it_is_given(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    done = run("init", folder, "--organisation", "Lumen", "--currency", "USD",
               "--tz", "America/New_York", "--language", "fr", "--fiscal-start-month", 4)
    assert done.exit_code == 0
    assert "est maintenant un projet kpilot" in done.stdout
    settings = tomllib.loads((folder / "kpilot.toml").read_text())
    assert settings["organisation"] == "Lumen"
    assert settings["fiscal_start_month"] == 4


def test_a_wrong_setting_is_refused_with_a_question(run: Any, tmp_path: Path) -> None:
    done = run("init", tmp_path / "new", "--tz", "Europe/Pariss")
    assert done.exit_code == 1
    assert "Did you mean “Europe/Paris”?" in done.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("place", ["file", "file/new", "x" * 300, "/proc/new"])
def test_a_folder_that_cannot_be_made_is_named(run: Any, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    done = run("init", place)
    assert done.exit_code == 1
    assert done.stderr == (
        f"No folder can be made at {place}. Name a folder that does not exist yet.\n")


def test_a_folder_that_is_gone_is_said(run: Any, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    done = run("loads")
    assert done.exit_code == 1
    assert done.stderr == "The folder you are in is gone. Go to another.\n"


def test_the_project_is_the_nearest_folder_above(
    run: Any, loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KPILOT_PROJECT")
    monkeypatch.chdir(loaded / "kpis")
    assert run("kpis").exit_code == 0


def test_without_a_project_the_error_says_how_to_make_one(run: Any) -> None:
    done = run("kpis")
    assert done.exit_code == 1
    assert done.stderr == ("There is no kpilot project here. Go to one, name it with --project,"
                           " or make one with: kpilot init DIR\n")


def test_check_finds_everything_in_order(run: Any, loaded: Path) -> None:
    done = run("check")
    assert done.exit_code == 0
    assert "KPIs are in order." in done.stdout


def test_check_says_what_is_wrong_with_an_own_kpi(run: Any, loaded: Path) -> None:
    (loaded / "kpis" / "mine.toml").write_text('unit = "ratio"\nmeasur = 1\n')
    done = run("check")
    assert done.exit_code == 1
    assert "mine.toml" in done.stderr
    assert "measure" in done.stderr


def test_errors_are_in_the_language_of_the_project(run: Any, project: Path) -> None:
    settings = project / "kpilot.toml"
    settings.write_text(settings.read_text().replace('"en"', '"fr"'))
    done = run("ask", "win_rat")
    assert done.stderr == (
        "Il n'y a pas d'indicateur «\u00a0win_rat\u00a0»."
        " Vouliez-vous dire «\u00a0win_rate\u00a0»\u00a0?\n"
    )


def test_help_is_in_the_language_of_the_terminal(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert "Annuler un chargement" in run("--help").stdout
    assert "Ne rien écrire" in run("load", "--help").stdout or (
        "sans rien écrire" in run("load", "--help").stdout)
