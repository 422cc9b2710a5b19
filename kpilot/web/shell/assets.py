"""Where the built front end stands: source names to the hashed names the build gave them."""

import json
from functools import cache

from django.conf import settings

NOT_BUILT = "The front end is not built. Build it with: make setup, or node frontend/build.mjs"


class NotBuilt(RuntimeError):
    """kpilot runs from a checkout whose front end was never built."""


def asset(name: str) -> str:
    """The address of a built file, e.g. `asset("app.css")`; NotBuilt when there is none."""
    found = _manifest(_stamp()).get(name)
    if found is None:
        raise NotBuilt(NOT_BUILT)
    return f"{settings.STATIC_URL}{found}"


def _stamp() -> int:
    path = settings.DIST / "manifest.json"
    return path.stat().st_mtime_ns if path.exists() else 0


@cache
def _manifest(stamp: int) -> dict[str, str]:
    if not stamp:
        return {}
    text = (settings.DIST / "manifest.json").read_text(encoding="utf-8")
    return {str(name): str(built) for name, built in json.loads(text).items()}
