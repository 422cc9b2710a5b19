"""From raw tables to the plan a person is shown: what each file is, and what each column means."""

from collections.abc import Sequence

from kpilot.core.raw import RawTable
from kpilot.load.memory import Memory
from kpilot.load.plan import Answers, Plan


def propose(raw: Sequence[RawTable], memory: Memory, answers: Answers) -> Plan:
    """The whole plan for these tables: remembered answers first, then what is said now."""
    raise NotImplementedError
