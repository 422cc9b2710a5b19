"""Files on their way in: streamed to the incoming folder, within a limit, nowhere else."""

import re
import unicodedata
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from kpilot.web.imports.models import ImportJob

LIMIT = 2_000_000_000
MANY = 50
LONGEST = 120


class ToFolder(FileUploadHandler):
    """Writes every uploaded file to `folder/files/<n>/<name>` and stops at `LIMIT` bytes."""

    def __init__(self, request: HttpRequest, folder: Path) -> None:
        super().__init__(request)
        self.folder = folder
        self.size = 0
        self.count = 0
        self.is_too_big = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # Any: as Django declares it
        super().new_file(*args, **kwargs)
        self.count += 1
        if self.count > MANY:
            self.is_too_big = True
            raise StopUpload(connection_reset=False)
        self.path = self.folder / "files" / str(self.count) / safe_name(self.file_name or "")
        self.path.parent.mkdir(parents=True)
        self.file = self.path.open("xb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.size > LIMIT:
            self.is_too_big = True
            self.file.close()
            raise StopUpload(connection_reset=False)
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        self.file.close()
        return UploadedFile(file=self.path.open("rb"), name=self.path.name, size=file_size)

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()


def safe_name(given: str) -> str:
    """The file's own name without a path, control characters or a length that no disk takes."""
    name = re.split(r"[\\/]", unicodedata.normalize("NFC", given))[-1]
    name = "".join(letter for letter in name if letter.isprintable()).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    room = LONGEST - len(suffix.encode()) - 1
    stem = stem.encode()[:max(room, 1)].decode(errors="ignore")
    return f"{stem or 'file'}.{suffix[:20]}" if suffix else stem or "file"


def received(job: ImportJob) -> list[dict[str, Any]]:
    """Name and size of the files that arrived for `job`, empty choices left out. Any: JSON."""
    files = []
    for path in paths(job):
        size = path.stat().st_size
        files.append({"name": path.name, "size": size})
    return files


def paths(job: ImportJob) -> list[Path]:
    """The files of `job`, in the order they came."""
    places = sorted((job.folder / "files").glob("*"), key=lambda place: int(place.name))
    return [path for place in places for path in place.iterdir() if path.is_file()]


def paste(job: ImportJob, text: str, name: str) -> None:
    """Keep text pasted from a spreadsheet as a file of `job`."""
    place = job.folder / "files" / "0"
    place.mkdir(parents=True)
    (place / name).write_text(text, encoding="utf-8")
