"""What the warehouse already knows, for those who propose how to read the next file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from kpilot.core.kpi import Catalog
from kpilot.core.tables import TABLES
from kpilot.load.answers import from_dict
from kpilot.load.plan import Answers, StageKind
from kpilot.load.work import NAMED
from kpilot.project import Project
from kpilot.warehouse.sql import Sql, fill, rows, text


@dataclass(frozen=True, kw_only=True)
class KnownStage:
    """A stage as the warehouse holds it."""

    id: str
    name: str
    pipeline: str
    kind: StageKind
    pos: int
    probability: float | None = None


@dataclass(frozen=True, kw_only=True)
class Memory:
    """A snapshot of what earlier loads taught; `nothing` is that of an empty warehouse.

    Read it once per proposal with `remember(project)`. Every mapping is small: entities that have
    names (teams, salespeople, products, accounts …), never opportunities.
    """

    answers: Mapping[str, Answers] = field(default_factory=dict)
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    heard: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    known_stages: tuple[KnownStage, ...] = ()
    row_counts: Mapping[str, int] = field(default_factory=dict)
    project: Project | None = None

    def remembered(self, signature: str) -> Answers | None:
        """What was said when these headers were last loaded, or None."""
        return self.answers.get(signature)

    def names(self, table: str) -> Mapping[str, str]:
        """id → name of the entities of `table`."""
        return self.known.get(table, {})

    def aliases(self, table: str) -> Mapping[str, str | None]:
        """Name heard → id it stands for; None when someone said the two are not the same."""
        return self.heard.get(table, {})

    def stages(self) -> tuple[KnownStage, ...]:
        """The stages, by pipeline and position."""
        return self.known_stages

    def kpis(self) -> Catalog:
        """The project's KPIs by name; read when asked for, none of `NOTHING`."""
        if self.project is None:
            return {}
        from kpilot.ask.catalog import catalog  # half a second that few files are worth

        return catalog(self.project)

    def rows(self, table: str) -> int:
        """How many rows the warehouse has in `table`."""
        return self.row_counts.get(table, 0)


NOTHING = Memory()


def remember(project: Project) -> Memory:
    """What the project's warehouse knows now."""
    with project.engine.reading() as cursor:
        counted = Sql(" UNION ALL ".join(
            fill("SELECT {said}, count(*) FROM {table}", said=text(table), table=table)
            for table in TABLES))
        counts = {table: int(count) for table, count in rows(cursor, counted)}
        names = {table: dict(rows(cursor, "SELECT id, coalesce(name, id) FROM {table}",
                                  table=table))
                 for table in NAMED if counts[table]}
        heard: dict[str, dict[str, str | None]] = {}
        for table, said, known in rows(cursor, """
                SELECT "table", heard, nullif(arg_max(coalesce(id, ''), load_id), '')
                FROM kp_alias GROUP BY 1, 2"""):
            heard.setdefault(table, {})[said] = known
        answers = {
            signature: from_dict(json.loads(said)) for signature, said in rows(cursor, """
                SELECT signature, arg_max(answers::VARCHAR, load_id) FROM kp_mapping GROUP BY 1""")}
        stages = rows(cursor, fill("""
            SELECT s.id, s.name, {pipeline} AS pipeline, s.kind, s.pos, s.probability
            FROM stage AS s LEFT JOIN pipeline AS p ON p.id = s.pipeline_id
            ORDER BY 3, s.pos, s.name""", pipeline=Sql(
                "CASE WHEN s.pipeline_id = 'default' THEN '' ELSE coalesce(p.name, '') END")))
        return Memory(
            project=project, answers=answers, known=names, heard=heard, row_counts=counts,
            known_stages=tuple(KnownStage(id=s[0], name=s[1], pipeline=s[2], kind=s[3], pos=s[4],
                                          probability=s[5]) for s in stages))
