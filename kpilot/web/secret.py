"""The key that signs sessions: made once for each project, never shipped, never shared."""

import os
import secrets
from pathlib import Path

KEY_FILE = "secret.key"


def secret_key(folder: Path) -> str:
    """The project's key, made at first need and readable by its owner alone.

    Without a project (a type checker reads the settings) it is a key for this process only.
    """
    if not (folder / "kpilot.toml").exists():
        return secrets.token_urlsafe(50)
    path = folder / KEY_FILE
    if not path.exists():
        fresh = path.with_name(f".{KEY_FILE}.{secrets.token_hex(8)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(50))
            os.link(fresh, path)  # fails when another process was first: its key counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii")
