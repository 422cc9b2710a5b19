"""Uploads stay in their folder and their limits, imports with their person, secrets with theirs."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart
from django.utils import timezone

from kpilot.load.history import loads
from kpilot.web.imports import uploads
from kpilot.web.imports.models import ImportJob, State
from kpilot.web.warehouse import project

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[[str], Client]
Incoming = Callable[[], list[str]]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("deals.csv", "deals.csv"),
        ("../../kpilot.toml", "kpilot.toml"),
        ("C:\\Users\\eve\\deals.csv", "deals.csv"),
        ("/etc/passwd", "passwd"),
        ("..", "file"),
        ("", "file"),
        (".hidden.csv", "hidden.csv"),
        ("a\x00b\n.csv", "ab.csv"),
        ("Été 2024.csv", "Été 2024.csv"),
        ("x" * 300 + ".csv", "x" * 116 + ".csv"),
    ],
)
def test_a_file_keeps_its_name_and_nothing_else(given: str, kept: str) -> None:
    assert uploads.safe_name(given) == kept


def test_an_upload_lands_in_the_incoming_folder_of_the_project(
    eve: Any, clean: str, project_folder: Path
) -> None:
    sent = SimpleUploadedFile("x.csv", clean.encode())
    sent._name = "../../../escaped.csv"  # what a browser would not send
    eve.client.post("/data/import/", {"files": sent, "whole": "yes"})
    (job,) = ImportJob.objects.all()
    assert job.folder == project_folder / "incoming" / job.id.hex
    assert not list(project_folder.parent.rglob("escaped.csv")) or all(
        path.is_relative_to(job.folder) for path in project_folder.parent.rglob("escaped.csv"))


def test_an_upload_without_the_form_s_token_is_refused_and_leaves_nothing(
    house: Path, clean: str, incoming: Incoming
) -> None:
    from kpilot.web.people.models import Person

    client = Client(enforce_csrf_checks=True)
    client.force_login(Person.objects.get(email="eve@example.com"))
    sent = SimpleUploadedFile("deals.csv", clean.encode())
    assert client.post("/data/import/", {"files": sent}).status_code == 403
    assert incoming() == []


def test_an_upload_above_the_limit_is_refused_and_leaves_nothing(
    eve: Any, clean: str, incoming: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LIMIT", 10)
    sent = SimpleUploadedFile("deals.csv", clean.encode())
    answer = eve.client.post("/data/import/", {"files": sent})
    assert answer.status_code == 400
    assert "more than one import may bring" in answer.content.decode()
    assert incoming() == []


def test_an_upload_cut_off_on_its_way_is_no_import(
    eve: Any, clean: str, incoming: Incoming
) -> None:
    whole = encode_multipart("part", {
        "files": SimpleUploadedFile("deals.csv", clean.encode()), "whole": "yes"})  # fmt: skip
    kind = "multipart/form-data; boundary=part"
    for size in (len(whole) // 2, len(whole) - len(clean) // 2):
        answer = eve.client.post("/data/import/", whole[:size], content_type=kind)
        assert answer.status_code == 400
        assert "Not everything arrived" in answer.content.decode()
    assert incoming() == []
    assert not ImportJob.objects.exists()


@pytest.mark.parametrize("name", ["mia", "ann", "vic", ""])
def test_only_administrators_import(name: str, visit: Visit) -> None:
    client = visit(name)
    assert client.get("/data/import/").status_code in (302, 403)
    assert client.post("/data/import/sample/").status_code in (302, 403)
    assert not ImportJob.objects.exists()


def test_managers_see_the_loads_and_neither_their_cells_nor_the_buttons(
    eve: Any, deals: str, visit: Visit
) -> None:
    eve.load(eve.upload(deals=deals))
    mia = visit("mia")
    page = mia.get("/data/loads/1/").content.decode()
    assert "deals.csv" in page
    assert "sixty" not in page
    assert "undo" not in page.lower()
    assert mia.get("/data/loads/1/refused/").status_code == 403
    assert mia.post("/data/loads/1/undo/").status_code == 403


def test_nobody_works_on_the_import_of_somebody_else(eve: Any, clean: str, visit: Visit) -> None:
    from kpilot.web.people.models import Person, Role

    address = eve.upload(deals=clean)
    Person.objects.add(email="ada@example.com", name="Ada", role=Role.ADMINISTRATOR)
    ada = visit("ada")
    assert ada.get(address).status_code == 404
    assert ada.post(f"{address}load/").status_code == 404


def test_a_tampered_answer_is_refused_with_a_sentence(eve: Any, clean: str) -> None:
    address = eve.upload(deals=clean)
    eve.page(address)
    eve.say(address, "columns", file="0", c0="drop table", dates4="yesterday")
    assert "is not known here" in eve.page(address)


def test_an_import_that_kpilot_s_end_interrupted_says_so(eve: Any, clean: str) -> None:
    address = eve.upload(deals=clean)
    ImportJob.objects.update(state=State.LOADING, run="another")
    page = eve.page(address)
    assert "kpilot was stopped during this import. Nothing of it was written." in page
    assert loads(project()) == []


def test_an_import_whose_files_are_gone_says_so(
    eve: Any, clean: str, project_folder: Path
) -> None:
    address = eve.upload(deals=clean)
    eve.page(address)
    (read,) = (project_folder / "incoming").rglob("*.parquet")
    whole = read.read_bytes()
    read.unlink()
    assert "The files of this import are gone. Bring them in again." in eve.load(address)
    read.write_bytes(whole)  # nothing that failed is remembered
    assert "new" in eve.load(address)
    assert len(loads(project())) == 1


def test_an_interrupted_import_that_was_written_in_time_shows_its_load(
    eve: Any, clean: str
) -> None:
    address = eve.upload(deals=clean)
    eve.load(address)
    ImportJob.objects.update(state=State.LOADING, run="another", load_id=None)
    assert "2 rows are loaded" in eve.page(address)


def test_an_import_nobody_came_back_to_is_forgotten_with_its_files(
    eve: Any, clean: str, incoming: Incoming, project_folder: Path
) -> None:
    eve.upload(deals=clean)
    long_ago = timezone.now() - timedelta(days=2)
    ImportJob.objects.update(created_at=long_ago)
    (job,) = ImportJob.objects.all()
    os.utime(job.folder, (long_ago.timestamp(), long_ago.timestamp()))
    eve.upload(deals=clean)
    (kept,) = ImportJob.objects.all()
    assert kept.pk != job.pk
    assert incoming() == [kept.id.hex]
