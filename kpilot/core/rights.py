"""Who reads: the one restriction that every Query carries."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The rows a person may see.

    agent_ids  None: every row. Otherwise only rows whose agent is among these; an empty set sees
               nothing. Rows that belong to nobody are seen by those who see everything.
    """

    agent_ids: frozenset[str] | None

    @property
    def fingerprint(self) -> str:
        """The same for readers who see the same rows; part of every cache key."""
        if self.agent_ids is None:
            return "all"
        return hashlib.sha256("\0".join(sorted(self.agent_ids)).encode()).hexdigest()[:16]


EVERYTHING = Reader(agent_ids=None)
"""For the owner of the project folder at its command line, who could open the files anyway."""
