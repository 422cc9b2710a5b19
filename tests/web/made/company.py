"""A project with the made-up company, what the Monday page reads of it, and the cast."""

from datetime import date
from pathlib import Path

from kpilot.demo import write
from kpilot.load import load
from kpilot.project import create_project, open_project

TODAY = date(2024, 11, 20)
READ = (
    "teams", "users", "team_history", "canaux", "produits", "pipelines", "stages", "comptes",
    "opportunities", "opportunity_stage_history", "opportunity_owner_history",
    "opportunity_close_date_history", "subscriptions", "subscription_mrr", "cibles", "fx_rates",
)  # fmt: skip


def make(folder: Path, *, seed: int = 2026, told: bool = True) -> Path:
    """The company of the seed loaded into a new project, without calls, mails and surveys."""
    create_project(folder, organisation="Quervane")
    project = open_project(folder)
    paths = write(folder / "incoming" / "made", seed=seed, today=TODAY, stories=told)
    load([path for path in paths if path.stem in READ], project, who="test")
    project.close()
    return folder


def furnish() -> None:
    """The cast as people of this company: mia manages a team in which ann and bob sell."""
    from kpilot.demo.cast import cast
    from kpilot.web.people.models import Person

    for part in cast():
        who = part.email.split("@")[0]
        Person.objects.filter(email=f"{who}@example.com").update(
            agent_id=part.agent_id, team_id=part.team_id
        )
