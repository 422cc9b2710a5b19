"""Facts and KPIs on Spark."""

from tests.engines.conformance import OnOneEngine


class TestOnSpark(OnOneEngine):
    engine = "spark"
