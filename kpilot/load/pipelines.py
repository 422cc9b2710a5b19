"""Stage names become stages of a pipeline, with the order and the kind that were agreed.

A stage's id is its name, with the pipeline before it unless that is the default one; so the same
name in two pipelines is two stages.
"""

from kpilot.core.tables import STAGE
from kpilot.load.references import key_of, plan_aliases, resolve, used_ids
from kpilot.load.values import given
from kpilot.load.work import Mapped, Staged, Work
from kpilot.load.writing import replace_rows
from kpilot.warehouse.sql import Sql, append, fill, one, run

DEFAULT_PIPELINE = "default"
DEFAULT_NAMES = {"en": "Sales", "fr": "Ventes"}


def plan_words(work: Work) -> None:
    """Put the plan's stages into the table `kp_said_stage` and its aliases into `kp_said`.

    Stages already known are corrected where a person said something else about them.
    """
    plan_aliases(work)
    run(work.cursor, """
        CREATE TEMP TABLE kp_said_stage (
            name VARCHAR, key VARCHAR, pipeline_key VARCHAR, kind VARCHAR, pos BIGINT,
            probability DOUBLE, guessed BOOLEAN)""")
    for stage in work.plan.stages:
        run(work.cursor, """
            INSERT INTO kp_said_stage
            SELECT n, {key}, CASE WHEN p <> '' THEN {pipeline_key} END, ?, ?, ?, ?
            FROM (SELECT trim(?) AS n, trim(?) AS p)
            """, stage.kind, stage.pos, stage.probability, stage.guessed, stage.name,
            stage.pipeline, key=key_of(Sql("n")), pipeline_key=key_of(Sql("p")))
    run(work.cursor, """
        CREATE TEMP TABLE kp_corrected AS
        SELECT t.* REPLACE (s.kind AS kind, s.pos AS pos,
            coalesce(s.probability, t.probability) AS probability, {load} AS load_id)
        FROM stage AS t LEFT JOIN pipeline AS p ON p.id = t.pipeline_id
        JOIN kp_said_stage AS s ON NOT s.guessed AND s.key = {stage_key}
            AND (s.pipeline_key IS NULL OR s.pipeline_key IN (p.id, {pipeline_key}))
        WHERE (t.kind, t.pos) IS DISTINCT FROM (s.kind, s.pos)
            OR coalesce(s.probability, t.probability) IS DISTINCT FROM t.probability
        QUALIFY row_number() OVER (PARTITION BY t.id ORDER BY s.pipeline_key NULLS LAST) = 1
        """, load=Sql(str(work.load_id)), stage_key=key_of(Sql("t.name")),
        pipeline_key=key_of(Sql("p.name")))
    replace_rows(work, STAGE, "kp_corrected")


def resolve_stages(work: Work, staged: Staged, mapped: Mapped) -> str:
    """The dictionary of a file's stages: (cell, pipeline_cell, id, pipeline_id, kind, code, fresh).

    Looks by id, then by name in the row's pipeline; without a pipeline in the file, the default
    one comes before the others, and a name found in several of them only is ambiguous.
    """
    made = staged.temporary("ref", mapped.index)
    pipeline = staged.column("pipeline_id")
    pipelines = (Sql(resolve(work, staged, pipeline, "pipeline", kind="pipelines")) if pipeline
                 else Sql("(SELECT NULL::VARCHAR AS cell, NULL::VARCHAR AS id WHERE FALSE)"))
    run(work.cursor, """
        CREATE TEMP TABLE {heard} AS
        SELECT h.cell, h.pipeline_cell, h.said, {key} AS key, p.id AS pipeline_id
        FROM (SELECT cell, pipeline_cell, {given} AS said FROM (
            SELECT DISTINCT {cell} AS cell, {pipeline} AS pipeline_cell FROM {raw})) AS h
        LEFT JOIN {pipelines} AS p ON p.cell = h.pipeline_cell
        WHERE h.said IS NOT NULL
        """, heard=made + "_heard", key=key_of(Sql("h.said")), given=Sql(given("cell")),
        cell=mapped.cell, pipeline=pipeline.cell if pipeline else Sql("NULL::VARCHAR"),
        raw=staged.cells, pipelines=pipelines)
    run(work.cursor, """
        CREATE TEMP TABLE {found} AS
        WITH fits AS (
            SELECT h.cell, h.pipeline_cell, k.id, coalesce(k.pipeline_id, 'default') AS pipeline_id,
                k.kind,
                CASE WHEN k.id = {prefix} || h.said THEN 1 WHEN k.pipeline_id = h.pipeline_id THEN 2
                    WHEN coalesce(k.pipeline_id, 'default') = 'default' THEN 3 ELSE 4 END AS rank
            FROM {heard} AS h JOIN stage AS k ON k.id = {prefix} || h.said OR (
                {stage_key} = h.key
                AND (h.pipeline_id IS NULL OR k.pipeline_id = h.pipeline_id))),
        best AS (SELECT cell, pipeline_cell, min(rank) AS rank FROM fits GROUP BY ALL)
        SELECT f.cell, f.pipeline_cell, min(f.id) AS id, min(f.pipeline_id) AS pipeline_id,
            min(f.kind) AS kind, count(DISTINCT f.id) AS n
        FROM fits AS f JOIN best AS b ON b.cell = f.cell
            AND b.pipeline_cell IS NOT DISTINCT FROM f.pipeline_cell AND b.rank = f.rank
        GROUP BY 1, 2
        """, found=made + "_found", heard=made + "_heard", prefix=work.prefix,
        stage_key=key_of(Sql("k.name")))
    _dictionary(work, made)
    return made


def _dictionary(work: Work, made: str) -> None:
    run(work.cursor, """
        CREATE TEMP TABLE {made} AS
        WITH said AS (
            SELECT h.*, s.name, s.kind, s.pos, s.probability,
                coalesce(h.pipeline_id, 'default') AS into_pipeline
            FROM {heard} AS h LEFT JOIN kp_said_stage AS s ON s.key = h.key
                AND (s.pipeline_key IS NULL OR h.pipeline_cell IS NULL
                    OR s.pipeline_key = {heard_key})
            QUALIFY row_number() OVER (PARTITION BY h.cell, h.pipeline_cell
                ORDER BY s.pipeline_key NULLS LAST, s.pos) = 1)
        SELECT s.cell, s.pipeline_cell, s.said,
            CASE WHEN f.n IS NULL THEN {prefix}
                || CASE WHEN s.into_pipeline = 'default' THEN '' ELSE s.into_pipeline || '/' END
                || coalesce(s.name, min(s.said) OVER (PARTITION BY s.key, s.into_pipeline))
                WHEN f.n = 1 THEN f.id END AS id,
            CASE WHEN f.n IS NULL THEN s.into_pipeline ELSE f.pipeline_id END AS pipeline_id,
            coalesce(f.kind, s.kind, 'open') AS kind,
            coalesce(s.pos, 1000 + dense_rank() OVER (ORDER BY s.key)) AS pos, s.probability,
            coalesce(s.name, s.said) AS name,
            CASE WHEN f.n > 1 THEN 'ambiguous' END AS code, f.n IS NULL AS fresh
        FROM said AS s LEFT JOIN {found} AS f ON f.cell = s.cell
            AND f.pipeline_cell IS NOT DISTINCT FROM s.pipeline_cell
        """, made=made, heard=made + "_heard", found=made + "_found", prefix=work.prefix,
        heard_key=key_of(Sql("h.pipeline_cell")))


def stage_join(staged: Staged, mapped: Mapped, made: str, alias: str) -> Sql:
    """SQL: the join from the raw relation to a dictionary of stages."""
    pipeline = staged.column("pipeline_id")
    join = fill("LEFT JOIN {made} AS {alias} ON {alias}.cell = raw.{cell}",
                made=made, alias=alias, cell=mapped.cell)
    if pipeline is None:
        return join
    return Sql(join + fill(" AND {alias}.pipeline_cell IS NOT DISTINCT FROM raw.{cell}",
                           alias=alias, cell=pipeline.cell))


def create_stages(work: Work, staged: Staged, made: str, column: str) -> list[str]:
    """Insert the fresh stages that accepted rows use, and the default pipeline when it is used."""
    new = made + "_new"
    run(work.cursor, """
        CREATE TEMP TABLE {new} AS
        SELECT id, any_value(pipeline_id) AS pipeline_id, min(name) AS name,
            any_value(kind) AS kind, min(pos) AS pos, max(probability) AS probability
        FROM {made} WHERE fresh AND id NOT IN (SELECT id FROM stage)
            AND id IN ({used})
        GROUP BY id
        """, new=new, made=made, used=used_ids(staged, made, column))
    ensure_default_pipeline(work, fill("SELECT pipeline_id FROM {new}", new=new))
    append(work.cursor, """stage (id, pipeline_id, name, pos, kind, probability,
            source, load_id, first_load_id)""", """
        SELECT id, pipeline_id, name, pos, kind, probability, ?, ?, ? FROM {new}
        """, work.plan.source, work.load_id, work.load_id, new=new)
    append(work.cursor, "kp_implied", "SELECT 'stage', id, FALSE, ? FROM {new}",
           work.load_id, new=new)
    names = run(work.cursor, "SELECT name FROM {new} ORDER BY pos, name", new=new).fetchall()
    return [str(row[0]) for row in names]


def ensure_default_pipeline(work: Work, used: Sql) -> None:
    """Create the default pipeline when it is among the `used` ids and not there yet."""
    if one(work.cursor, """
            SELECT count(*) FROM ({used}) AS u (id) WHERE u.id = ?
            AND NOT EXISTS (SELECT 1 FROM pipeline AS p WHERE p.id = ?)
            """, DEFAULT_PIPELINE, DEFAULT_PIPELINE, used=used)[0]:
        run(work.cursor, """
            INSERT INTO pipeline (id, name, source, load_id, first_load_id)
            VALUES (?, ?, ?, ?, ?)
            """, DEFAULT_PIPELINE, DEFAULT_NAMES[work.language], work.plan.source,
            work.load_id, work.load_id)
