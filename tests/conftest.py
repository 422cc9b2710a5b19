"""Options of the whole suite."""

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--examples FILE`: worked examples of the same form to check besides our own."""
    parser.addoption(
        "--examples",
        type=Path,
        default=None,
        metavar="FILE",
        help="another file of worked examples, in the form of tests/kpi_examples.yaml",
    )
