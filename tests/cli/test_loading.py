"""`kpilot load` and what follows it: shown, asked, confirmed, listed, undone."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import pytest

from kpilot.cli import loading


def test_a_dry_run_shows_what_would_be_done_and_writes_nothing(
    run: Any, project: Path, sales: Path
) -> None:
    done = run("load", sales, "--dry-run")
    assert done.exit_code == 0
    assert "4 rows, 7 columns, comma, UTF-8" in done.stdout
    assert "Close date" in done.stdout
    assert "“GTXPro” (1 row) is it “GTX Pro”?" in done.stdout
    assert "Nothing was written." in done.stdout
    assert json.loads(run("loads", "--json").stdout) == {"loads": []}


def test_yes_takes_what_is_proposed(run: Any, project: Path, sales: Path) -> None:
    done = run("load", sales, "--yes")
    assert done.exit_code == 0
    assert "Load 1 is done: 4 rows." in done.stdout
    assert "€1,000.50" in done.stdout
    report = json.loads(run("loads", 1, "--json").stdout)
    assert report["counts"]["new"] == 4
    assert [row["value"] for row in asked(run, "sales_count", "--by", "product")] == [2]


def test_a_load_is_done_though_nobody_reads_what_it_says(
    run: Any, project: Path, sales: Path
) -> None:
    unread, out = os.pipe()
    os.close(unread)  # as by `kpilot load … | head -1`; and the other two streams are closed
    command = [sys.executable, "-m", "kpilot", "load", str(sales), "--yes"]
    done = subprocess.run(["/bin/sh", "-c", 'exec "$@" <&- 2>&-', "sh", *command], stdout=out,
                          check=False)
    os.close(out)
    assert done.returncode == 0
    assert len(json.loads(run("loads", "--json").stdout)["loads"]) == 1


def test_a_load_that_is_ended_says_so_and_leaves_no_files(
    run: Any, project: Path, tmp_path: Path
) -> None:
    many = tmp_path / "many.csv"
    many.write_text("id,name,amount,close date\n" + "".join(
        f"{n},Offer {n},{n},2024-01-{n % 28 + 1:02}\n" for n in range(200_000)))
    load = subprocess.Popen([sys.executable, "-m", "kpilot", "load", str(many), "--yes"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while load.poll() is None and not list((project / "incoming").glob("*/read.json")):
        time.sleep(0.02)
    load.terminate()
    _, said = load.communicate(timeout=30)
    assert (load.returncode, said) == (130, (
        "Stopped. A load that was being written is there whole or not at all: see kpilot loads.\n"))
    assert not [place for place in (project / "incoming").iterdir() if place.name[0] != "."]
    assert json.loads(run("loads", "--json").stdout) == {"loads": []}


def test_json_is_one_object(run: Any, project: Path, sales: Path) -> None:
    report = json.loads(run("load", sales, "--yes", "--json").stdout)
    assert report["id"] == 1
    assert report["counts"] == {"read": 4, "new": 4, "updated": 0, "unchanged": 0, "refused": 0,
                                "repeated": 0}


def test_without_anybody_to_ask_it_says_what_it_would_ask_and_ends_with_2(
    run: Any, project: Path, sales: Path
) -> None:
    done = run("load", sales)
    assert done.exit_code == 2
    assert "? 1 rows say “GTXPro”" in done.stdout
    assert "Add --yes" in done.stderr
    assert json.loads(run("loads", "--json").stdout) == {"loads": []}


def test_json_without_yes_is_an_error_in_json(run: Any, project: Path, sales: Path) -> None:
    done = run("load", sales, "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"]["code"] == "unconfirmed"


def test_a_mapping_file_has_its_way(run: Any, project: Path, sales: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text('[tables.sales.columns]\nowner = ""\n[stages]\nOpen = "lost"\n'
                       '[aliases.product]\nGTXPro = false\n')
    done = run("load", sales, "--mapping", mapping, "--yes")
    assert done.exit_code == 0, done.stderr
    assert len(asked(run, "sales_count", "--by", "product", "--period", "2024")) == 2
    (row,) = asked(run, "win_rate", "--period", "2024")
    assert row["den"] == 4


def test_a_wrong_mapping_file_says_where(
    run: Any, project: Path, sales: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text('[stages]\nWon = "wun"\n')
    done = run("load", sales, "--mapping", mapping, "--yes")
    assert done.exit_code == 1
    assert "map.toml [stages] Won" in done.stderr
    assert "Did you mean “won”?" in done.stderr


def test_two_columns_on_one_field_are_refused(
    run: Any, project: Path, sales: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text('[tables.sales.columns]\nname = "id"\nid = "id"\n')
    done = run("load", sales, "--mapping", mapping, "--yes")
    assert done.exit_code == 1
    assert "Two columns of “sales” for “Identifier”" in done.stderr


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits at the terminal."""
    monkeypatch.setattr(loading, "is_somebody_there", lambda: True)


@pytest.mark.usefixtures("terminal")
def test_somebody_at_the_terminal_is_asked(run: Any, project: Path, sales: Path) -> None:
    done = run("load", sales, typed="y\nl\n")
    assert done.exit_code == 0
    assert "1 rows say “GTXPro”, 3 say “GTX Pro”: the same? [Y/n]: y" in done.stdout
    assert "Load 1 is done: 4 rows." in done.stdout


@pytest.mark.usefixtures("terminal")
def test_somebody_changes_a_column_and_a_stage_before_loading(
    run: Any, project: Path, sales: Path
) -> None:
    done = run("load", sales, typed="n\nc\nowner =\nc\nOpen = lost\nc\nnobody = x\nl\n")
    assert done.exit_code == 0
    assert "There is no column and no stage “nobody”." in done.stderr
    (row,) = asked(run, "win_rate", "--period", "2024")
    assert row["den"] == 4


@pytest.mark.usefixtures("terminal")
def test_somebody_stops_and_nothing_is_written(run: Any, project: Path, sales: Path) -> None:
    done = run("load", sales, typed="y\ns\n")
    assert done.exit_code == 0
    assert "Nothing was written." in done.stdout
    assert json.loads(run("loads", "--json").stdout) == {"loads": []}


def test_a_file_that_is_not_there(run: Any, project: Path) -> None:
    done = run("load", "nowhere.csv", "--yes")
    assert done.exit_code == 1
    assert done.stderr.startswith("There is no file “nowhere.csv”.")


def test_nothing_of_the_files_stays_in_the_project(run: Any, loaded: Path) -> None:
    assert [path for path in (loaded / "incoming").iterdir() if path.name[0] != "."] == []


def test_loads_are_listed_and_undone(run: Any, loaded: Path) -> None:
    assert "sales.csv" in run("loads").stdout
    done = run("undo", 1)
    assert done.stdout == "Load 1 is undone: 4 rows are gone, 0 are as they were.\n"
    assert "undone by" in run("loads").stdout
    again = run("undo", 1)
    assert again.exit_code == 1
    assert again.stderr == "Load 1 is undone already.\n"


def test_refused_rows_are_given_as_a_file(run: Any, project: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("id,name,stage,amount\nA,=cmd(),Won,1\nB,Two,Won,x\nC,Three,Won,3\n")
    done = run("load", wrong, "--yes")
    assert done.exit_code == 0
    assert "kpilot refused 1" in done.stdout
    assert "and 1 refused." in done.stdout
    text = run("refused", 1).stdout
    assert "B,Two,Won,x" in text
    assert "is not a number" in text
    run("refused", 1, "--out", tmp_path / "out")
    assert (tmp_path / "out" / "wrong-refused.csv").exists()


def test_a_load_without_refused_rows_says_so(run: Any, loaded: Path) -> None:
    assert run("refused", 1).stderr == "Load 1 refused no row.\n"


def asked(run: Any, *words: str) -> list[dict[str, Any]]:
    """The rows of an answer."""
    if "--period" not in words:
        words = (*words, "--period", "2024")
    done = run("ask", *words, "--json")
    assert done.exit_code == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return rows


def test_every_command_and_option_has_help_in_french() -> None:
    from kpilot.cli import main
    from kpilot.language import translator

    french = translator("fr")
    for command in main.commands.values():
        assert french(command.help or "") != command.help
        for option in command.params:
            if isinstance(option, click.Option) and option.help:
                assert french(option.help) != option.help or option.help.startswith(("2017", "day"))
