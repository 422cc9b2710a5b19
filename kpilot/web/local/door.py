"""`server.json` in the project folder: where the running server listens, and the word it lets in.

Only the owner of the folder can read it, and whoever can read it could open the warehouse anyway.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

FILE = "server.json"


@dataclass(frozen=True, kw_only=True)
class Door:
    """A server's port on this machine and its token."""

    port: int
    token: str


def open_door(folder: Path, port: int) -> Door:
    """Write where this server listens, with a fresh token, readable by its owner alone."""
    door = Door(port=port, token=secrets.token_urlsafe(32))
    fresh = folder / f".{FILE}.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump({"port": door.port, "token": door.token, "pid": os.getpid()}, file)
    fresh.replace(folder / FILE)
    return door


def read_door(folder: Path) -> Door | None:
    """Where the project's server listens, or None when there is no readable note of one."""
    try:
        said = json.loads((folder / FILE).read_text(encoding="ascii"))
        return Door(port=int(said["port"]), token=str(said["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
