"""Packaging calls this before it packs: the front end is bundled and the translations compiled.

So `pip install` from a checkout gives a working server, and needs no Node on the machine.
"""

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Build(BuildHookInterface[Any]):
    """Runs `python -m scripts.build` with the interpreter, and so the packages, of the build."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Nothing is added to `build_data`: what is built is listed as artifacts."""
        subprocess.run([sys.executable, "-m", "scripts.build"], cwd=self.root, check=True)
