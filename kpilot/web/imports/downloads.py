"""Refused rows as a download: one CSV, or a ZIP when several files refused rows."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from django.http import Http404, HttpResponse


def refused_download(files: Mapping[str, str], name: str) -> HttpResponse:
    """A response that the browser saves; Http404 when nothing was refused."""
    if not files:
        raise Http404
    if len(files) == 1:
        ((file, text),) = files.items()
        return _saved(text.encode(), "text/csv; charset=utf-8", f"{_stem(file)}-refused.csv")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, text in files.items():
            archive.writestr(f"{_stem(file)}-refused.csv", text)
    return _saved(packed.getvalue(), "application/zip", f"{name}-refused.zip")


def _stem(name: str) -> str:
    return Path(name.replace("/", "-").replace("\\", "-")).stem or "rows"


def _saved(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind, headers={"Cache-Control": "no-store"})
    plain = name.encode("ascii", "replace").decode().replace('"', "").replace("?", "_")
    response["Content-Disposition"] = f'attachment; filename="{plain}"'
    return response
