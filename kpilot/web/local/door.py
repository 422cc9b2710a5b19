"""`server.json` in the project folder: where the running server listens, and the word it lets in.

Only the owner of the folder can read it, and whoever can read it could open the warehouse anyway.
"""

import ipaddress
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

FILE = "server.json"


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where a server can be reached from this machine, and its token."""

    host: str
    port: int
    token: str


def open_door(folder: Path, address: str) -> Door:
    """Write down that this server listens at `address` (a URL), with a fresh token."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host or _is_every(host):
        host = "127.0.0.1"
    door = Door(host=host, port=parts.port or 80, token=secrets.token_urlsafe(32))
    fresh = folder / f".{FILE}.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump({"host": door.host, "port": door.port, "token": door.token}, file)
    fresh.replace(folder / FILE)
    return door


def read_door(folder: Path) -> Door | None:
    """Where the project's server listens, or None when there is no readable note of one."""
    try:
        said = json.loads((folder / FILE).read_text(encoding="ascii"))
        return Door(host=str(said["host"]), port=int(said["port"]), token=str(said["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_every(host: str) -> bool:
    """Does `host` stand for every address of the machine?"""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
