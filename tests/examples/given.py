"""The worked examples, read once: id → example."""

from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[1] / "kpi_examples.yaml"
DATA: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
EXAMPLES: dict[str, dict[str, Any]] = {example["id"]: example for example in DATA["examples"]}
