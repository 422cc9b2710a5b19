"""Who signs in to the demo: an administrator, a manager, agents of two teams and a viewer."""

from dataclasses import dataclass

from kpilot.demo.people import COMPANY, ORDER_OF_AGENTS, TEAMS

MANAGED, ELSEWHERE = "Lyon", "Genève"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One person of the demo. `agent_id` and `team_id` are identifiers of the company's rows.

    role is administrator, manager (sees `team_id` and what is below it), agent or viewer.
    """

    email: str
    name: str
    role: str
    language: str
    agent_id: str = ""
    team_id: str = ""


def cast() -> tuple[Part, ...]:
    """The people of the demo, the administrator first."""
    team_ids = {name: team_id for team_id, name, _ in TEAMS}
    sells = [(f"A{number + 1:02d}", name, team)
             for number, (name, team, _, joined, left) in enumerate(ORDER_OF_AGENTS)
             if joined == 0 and left == 0]
    ann, bob = [seller for seller in sells if seller[2] == MANAGED][:2]
    zoe = next(seller for seller in sells if seller[2] == ELSEWHERE)
    return (
        Part(email=_address("admin"), name="Administration", role="administrator", language="en"),
        Part(email=_address("mia"), name="Mia Lorrain", role="manager", language="fr",
             team_id=team_ids[MANAGED]),
        *(Part(email=_address(short), name=name, role="agent", language=language,
               agent_id=agent_id, team_id=team_ids[team])
          for short, language, (agent_id, name, team) in (
              ("ann", "fr", ann), ("bob", "en", bob), ("zoe", "fr", zoe))),
        Part(email=_address("guest"), name="Guest", role="viewer", language="en"),
    )


def _address(word: str) -> str:
    return f"{word}@{COMPANY.lower()}.example"
