"""Facts and KPIs on ClickHouse."""

from tests.engines.conformance import OnOneEngine


class TestOnClickHouse(OnOneEngine):
    engine = "clickhouse"
