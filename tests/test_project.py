"""A project folder: made, opened, refused, and shared by nobody else."""

import subprocess
import sys

import pytest

from kpilot.core.errors import UserError
from kpilot.project import create_project, open_project, read_settings


def test_a_new_project_has_its_settings_its_warehouse_and_folders_for_ones_own(tmp_path):
    folder = create_project(tmp_path / "new", organisation="Acme", tz="UTC")
    names = {path.name for path in folder.iterdir()}
    assert {"kpilot.toml", "warehouse.duckdb", "kpis", "facts"} <= names
    project = open_project(folder)
    assert (project.settings.organisation, project.settings.tz) == ("Acme", "UTC")
    project.close()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"tz": "Europe/Pariss"}, "is not a value for tz. Did you mean “Europe/Paris”?"),
        ({"curency": "EUR"}, "there is no setting “curency”. Did you mean “currency”?"),
        ({"language": "french"}, "is not a value for language"),
        ({"fiscal_start_month": 13}, "is not a value for fiscal_start_month. It is a month"),
        ({"fiscal_start_month": "April"}, "Write for example: fiscal_start_month = 4"),
        ({"currency": "€"}, "It is a three-letter code such as EUR."),
        ({"currency": "ÀÉÎ"}, "It is a three-letter code such as EUR."),
        ({"tz": "localtime"}, "is not a value for tz"),
        ({"memory_limit": "lots"}, 'Write for example: memory_limit = "1GB"'),
        ({"memory_limit": "0GB"}, 'Write for example: memory_limit = "1GB"'),
        ({"memory_limit": "1GB'"}, 'Write for example: memory_limit = "1GB"'),
        ({"threads": 10**20}, "is not a value for threads. It is at most 256."),
        ({"stalled_days": 10**7}, "is not a value for stalled_days. It is at most 36,500."),
        ({"gross_margin": float("nan")}, "It is a fraction from 0 to 1."),
    ],
)
def test_wrong_settings_are_refused_before_anything_is_written(tmp_path, given, message):
    with pytest.raises(UserError) as caught:
        create_project(tmp_path / "new", **given)
    assert message in str(caught.value)
    assert not (tmp_path / "new").exists()


def test_a_setting_misspelt_in_the_file_is_said_with_the_file(tmp_path):
    folder = create_project(tmp_path / "new")
    (folder / "kpilot.toml").write_text('organistion = "Acme"\n')
    with pytest.raises(UserError, match=r"kpilot\.toml: there is no setting “organistion”"):
        open_project(folder)


def test_settings_saved_by_an_editor_of_windows_are_read(tmp_path):
    folder = create_project(tmp_path / "new")
    (folder / "kpilot.toml").write_bytes(b'\xef\xbb\xbflanguage = "fr"\r\n')
    assert read_settings(folder).language == "fr"
    (folder / "kpilot.toml").unlink()
    (folder / "kpilot.toml").mkdir()
    with pytest.raises(UserError, match=r"kpilot\.toml cannot be read"):
        read_settings(folder)


def test_a_folder_that_is_not_a_project_says_how_to_make_one(tmp_path):
    with pytest.raises(UserError, match="kpilot init"):
        open_project(tmp_path)


def test_a_folder_in_use_is_never_made_a_project(tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(UserError, match="is not empty"):
        create_project(tmp_path)


def test_a_second_process_is_told_that_the_project_is_open(tmp_path):
    folder = create_project(tmp_path / "new")
    project = open_project(folder)
    code = (
        "import sys; from pathlib import Path; from kpilot.project import open_project\n"
        "from kpilot.core.errors import UserError\n"
        "try: open_project(Path(sys.argv[1]))\n"
        "except UserError as error: print(error.code)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    project.close()
    assert found.stdout.strip() == "locked"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{outside}')",
        "COPY (SELECT 1) TO '{outside}'",
        "ATTACH '{outside}'",
        "SET memory_limit = '99GB'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ],
)
def test_sql_reaches_nothing_outside_the_project(tmp_path, sql):
    outside = tmp_path / "outside.csv"
    outside.write_text("secret\n1\n")
    project = open_project(create_project(tmp_path / "new"))
    with pytest.raises(Exception, match=r"(?i)permission|disabled|lock|cannot"):
        project.engine.query(sql.format(outside=outside))
    project.close()
    assert outside.read_text() == "secret\n1\n"


def test_a_facts_file_that_cannot_be_read_is_made_again(tmp_path):
    folder = create_project(tmp_path / "new")
    (folder / "facts.duckdb").write_bytes(b"not a database" * 1000)
    project = open_project(folder)
    assert project.engine.query("SELECT 1") == [(1,)]
    project.close()
