"""The sales force: nested teams, who sells in them, who left, who joined, who moved."""

from dataclasses import dataclass

import numpy as np

from kpilot.demo import stories
from kpilot.demo.chance import Bools, Floats, Ints
from kpilot.demo.days import Days
from kpilot.demo.stories import Stories

COMPANY = "Quervane"
TEAMS = (  # id, name, parent, country weights
    ("T0", COMPANY, None), ("T1", "France", "T0"), ("T2", "International", "T0"),
    ("T11", "Paris", "T1"), ("T12", "Lyon", "T1"), ("T13", "Nantes", "T1"),
    ("T21", "Genève", "T2"), ("T22", "Bruxelles", "T2"), ("T23", "Milan", "T2"),
)
SELLING_TEAMS = ("Paris", "Lyon", "Nantes", "Genève", "Bruxelles", "Milan")
COUNTRIES = {
    "Paris": ("France",), "Lyon": ("France",), "Nantes": ("France", "France", "Espagne"),
    "Genève": ("Suisse",), "Bruxelles": ("Belgique", "Belgique", "Luxembourg"),
    "Milan": ("Italie",),
}
ORDER_OF_AGENTS = (  # name, team, share of the opportunities, joined (days), left (days before now)
    ("Camille Roussel", "Paris", 1.15, 0, 0), ("Thomas Delcourt", "Paris", 1.0, 0, 0),
    (stories.HARE, "Paris", 1.1, 0, 0), ("Sarah Benhamou", "Paris", 1.0, 0, 0),
    ("Antoine Maréchal", "Paris", 0.95, 0, 400),
    ("Élodie Garnier", "Lyon", 1.1, 0, 0), ("Mathieu Collet", "Lyon", 1.0, 0, 0),
    ("Nadia Cherif", "Lyon", 1.05, 0, 0), ("Pauline Astier", "Lyon", 0.95, 210, 0),
    (stories.TORTOISE, "Nantes", 1.05, 0, 0), ("Yann Le Goff", "Nantes", 1.05, 0, 0),
    ("Margaux Thévenin", "Nantes", 0.95, 0, 0), ("Rémi Lacaze", "Nantes", 0.95, 0, 0),
    ("Céline Aubert", "Genève", 1.1, 0, 0), ("Marc Zbinden", "Genève", 1.0, 0, 0),
    (stories.ROOKIE, "Genève", 0.9, 400, 0), ("Laurence Favre", "Genève", 0.95, 0, 250),
    ("Fabrice Monnet", "Genève", 1.05, 0, 0),
    ("Koen Verhaegen", "Bruxelles", 1.1, 0, 0), ("Amélie Lambrecht", "Bruxelles", 1.0, 0, 0),
    ("Wouter Claes", "Bruxelles", 0.95, 0, 0), ("Sofie De Ridder", "Bruxelles", 0.95, 330, 0),
    ("Giulia Marchetti", "Milan", 1.1, 0, 0), ("Davide Ferraro", "Milan", 1.0, 0, 0),
    ("Chiara Bellini", "Milan", 0.95, 0, 0), ("Luca Santoro", "Milan", 0.9, 0, 610),
    ("Elena Rinaldi", "Milan", 0.95, 450, 0),
)
MOVED = (("Rémi Lacaze", "Paris", 520), ("Sarah Benhamou", "Nantes", 700))
QUEUE = "File d'attente web"
SYSTEM = "Import automatique"


@dataclass(frozen=True, kw_only=True)
class Agents:
    """The sales force as arrays, one place for each agent who sells.

    team      number in `SELLING_TEAMS`, today's
    joined    first day, left: the day after the last one (beyond today: still there)
    speed     factor on the time an opportunity takes, skill: points on each stage's conversion
    leave     share of the customers won that leave within the year
    old_team  the team before `moved_on` (the same where nobody moved)
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    team: Ints
    share: Floats
    joined: Ints
    left: Ints
    speed: Floats
    skill: Floats
    leave: Floats
    old_team: Ints
    moved_on: Ints

    def number(self, name: str) -> int:
        return self.name.index(name)

    def active(self, day: int) -> Bools:
        return (self.joined <= day) & (day < self.left)

    def team_at(self, agent: Ints, day: Ints) -> Ints:
        """The selling team of each agent on each day."""
        return np.where(day < self.moved_on[agent], self.old_team[agent], self.team[agent])


def agents_of(days: Days, story: Stories, rng: np.random.Generator) -> Agents:
    """Who sells, fitted to the span: joined and left are counted from its two ends."""
    names = tuple(row[0] for row in ORDER_OF_AGENTS)
    n = len(names)
    team = np.array([SELLING_TEAMS.index(row[1]) for row in ORDER_OF_AGENTS])
    joined = np.array([row[3] for row in ORDER_OF_AGENTS])
    left = np.array([days.last - row[4] if row[4] else days.last + 10_000
                     for row in ORDER_OF_AGENTS])
    speed = 0.93 + 0.14 * rng.random(n)
    leave = np.full(n, stories.USUAL_LEAVE)
    if story.told:
        joined[names.index(stories.ROOKIE)] = days.last - stories.ROOKIE_DAYS
        for name, factor, share in (
            (stories.HARE, stories.HARE_SPEED, stories.HARE_LEAVE),
            (stories.TORTOISE, stories.TORTOISE_SPEED, stories.TORTOISE_LEAVE),
        ):
            speed[names.index(name)] = factor
            leave[names.index(name)] = share
    old_team, moved_on = team.copy(), np.full(n, -1)
    for name, before, day in MOVED:
        old_team[names.index(name)] = SELLING_TEAMS.index(before)
        moved_on[names.index(name)] = day
    return Agents(
        id=tuple(f"A{k + 1:02d}" for k in range(n)), name=names, team=team,
        share=np.array([row[2] for row in ORDER_OF_AGENTS]), joined=joined, left=left,
        speed=speed, skill=0.06 * (rng.random(n) - 0.5), leave=leave,
        old_team=old_team, moved_on=moved_on,
    )
