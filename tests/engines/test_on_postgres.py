"""Facts and KPIs on PostgreSQL."""

from tests.engines.conformance import OnOneEngine


class TestOnPostgreSQL(OnOneEngine):
    engine = "postgres"
