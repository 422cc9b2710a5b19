"""Large made-up companies, made by DuckDB in seconds, for timing and nothing else.

The rows look like a CRM's (stages in order, amounts with a tail, two currencies, some gaps) but
tell no story; the company to look at is `kpilot.demo`.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from benchmarks import around
from kpilot.core.tables import TABLES
from kpilot.project import Project
from kpilot.warehouse.sql import Sql
from kpilot.warehouse.sql import fill as fill_in
from kpilot.warehouse.tables import is_history

START = date(2023, 1, 1)
TODAY = date(2025, 12, 31)
HORIZON = datetime(2025, 12, 31, 23, tzinfo=UTC).replace(tzinfo=None)
AGENTS, TEAMS, PRODUCTS, CHANNELS = 200, 24, 40, 8
CAMPAIGNS, CALLERS = 40, 40
DAYS = (TODAY - START).days + 1

MACROS = """
CREATE OR REPLACE MACRO u(i, k) AS (hash(i * 97 + k) % 1000000007) / 1000000007.0;
CREATE OR REPLACE MACRO days(i, k, mean) AS 1 + CAST(floor(-ln(1 - u(i, k)) * mean) AS INTEGER);
CREATE OR REPLACE MACRO moment(day, i, k) AS
  CAST(day AS TIMESTAMP) + INTERVAL 1 MINUTE * CAST(floor(480 + 540 * u(i, k)) AS INTEGER);
CREATE OR REPLACE MACRO midway(a, b) AS a + CAST((b - a) // 2 AS INTEGER);
CREATE OR REPLACE MACRO tag(prefix, n) AS prefix || lpad(CAST(n AS VARCHAR), 7, '0');
"""

LIFE = """
CREATE OR REPLACE TABLE life AS
WITH born AS (
  SELECT i, DATE '{start}' + CAST(floor(u(i, 1) * {days}) AS INTEGER) AS d1
  FROM range({n}) AS t(i)
),
stay AS (
  SELECT *, d1 + days(i, 2, 14) AS d2, u(i, 3) < 0.82 AS a1, u(i, 4) < 0.78 AS a2,
    u(i, 5) < 0.75 AS a3, u(i, 6) < 0.70 AS a4
  FROM born
),
path AS (
  SELECT *, d2 + days(i, 7, 14) AS d3, d2 + days(i, 7, 14) + days(i, 8, 14) AS d4,
    d2 + days(i, 7, 14) + days(i, 8, 14) + days(i, 9, 14) AS d5
  FROM stay
),
ends AS (
  SELECT *,
    CASE WHEN NOT a1 THEN d2 WHEN NOT a2 THEN d3 WHEN NOT a3 THEN d4 ELSE d5 END AS ended,
    1 + a1::INT + (a1 AND a2)::INT + (a1 AND a2 AND a3)::INT AS reached,
    a1 AND a2 AND a3 AND a4 AS wins
  FROM path
)
SELECT i, d1, d2, d3, d4, ended, reached,
  CASE WHEN ended > DATE '{today}' THEN 'open' WHEN wins THEN 'won' ELSE 'lost' END AS status,
  CAST(floor(pow(u(i, 10), 1.4) * {agents}) AS INTEGER) AS agent,
  CAST(floor(u(i, 11) * {accounts}) AS INTEGER) AS account,
  CAST(floor(u(i, 12) * {products}) AS INTEGER) AS product,
  CAST(floor(u(i, 13) * {channels}) AS INTEGER) AS channel,
  CASE WHEN u(i, 14) < 0.02 THEN NULL
    ELSE round(exp(8.8 + 1.1 * sqrt(-2 * ln(1 - u(i, 15))) * cos(2 * pi() * u(i, 16))), 0) END
    AS amount,
  CASE WHEN account % 10 = 0 THEN 'CHF' ELSE 'EUR' END AS currency,
  u(i, 17) < 0.01 AS is_void
FROM ends
"""

TABLE_SQL = {
    "team": """SELECT tag('T', k) AS id, 'Team ' || k AS name,
        CASE WHEN k >= 4 THEN tag('T', k % 4) END AS parent_id FROM range({teams}) AS t(k)""",
    "agent": """SELECT tag('A', k) AS id, 'Agent ' || k AS name,
        tag('T', 4 + k % {leaves}) AS team_id, 'human' AS kind FROM range({agents}) AS t(k)""",
    "channel": """SELECT tag('C', k) AS id, 'Channel ' || k AS name, 'other' AS kind
        FROM range({channels}) AS t(k)""",
    "product": """SELECT tag('P', k) AS id, 'Product ' || k AS name,
        'Category ' || k % 6 AS category FROM range({products}) AS t(k)""",
    "account": """SELECT tag('K', k) AS id, 'Account ' || k AS name, 'Segment ' || k % 4 AS segment,
        'Industry ' || k % 12 AS industry, 'Country ' || k % 9 AS country,
        tag('A', k % {agents}) AS owner_id, tag('C', k % {channels}) AS first_channel_id,
        TIMESTAMP '{start}' - INTERVAL 1 DAY * (k % 700) AS created_at
        FROM range({accounts}) AS t(k)""",
    "pipeline": "SELECT 'L1' AS id, 'Sales' AS name",
    "stage": """SELECT 'S' || k AS id, 'L1' AS pipeline_id,
        ['Qualification', 'Discovery', 'Proposal', 'Negotiation', 'Won', 'Lost'][k] AS name,
        k AS pos, CASE k WHEN 5 THEN 'won' WHEN 6 THEN 'lost' ELSE 'open' END AS kind,
        [0.1, 0.25, 0.5, 0.75, 1.0, 0.0][k] AS probability FROM range(1, 7) AS t(k)""",
    "opportunity": """SELECT tag('O', i) AS id, 'Opportunity ' || i AS name, 'L1' AS pipeline_id,
        CASE WHEN status = 'won' THEN 'S5' WHEN status = 'lost' THEN 'S6' ELSE 'S' || least(reached,
          1 + (d2 <= DATE '{today}')::INT + (d3 <= DATE '{today}')::INT
          + (d4 <= DATE '{today}')::INT) END AS stage_id,
        status, tag('A', agent) AS owner_id, tag('K', account) AS account_id, amount, currency,
        moment(d1, i, 20) AS created_at,
        CASE WHEN status <> 'open' THEN moment(ended, i, 24) END AS closed_at,
        CASE WHEN status = 'open' THEN ended END AS expected_close_date,
        CASE WHEN is_void AND status = 'lost' THEN 'duplicate' END AS close_reason,
        tag('C', channel) AS channel_id, tag('P', product) AS product_id,
        CASE WHEN u(i, 30) < 0.4 THEN tag('D', 2 * i) END AS lead_id FROM life ORDER BY i""",
    "stage_history": """SELECT tag('O', i) AS opportunity_id, "at", stage_id FROM (
        SELECT i, moment(d1, i, 20) AS "at", 'S1' AS stage_id FROM life
        UNION ALL SELECT i, moment(d2, i, 21), 'S2' FROM life
          WHERE reached >= 2 AND d2 <= DATE '{today}'
        UNION ALL SELECT i, moment(d3, i, 22), 'S3' FROM life
          WHERE reached >= 3 AND d3 <= DATE '{today}'
        UNION ALL SELECT i, moment(d4, i, 23), 'S4' FROM life
          WHERE reached >= 4 AND d4 <= DATE '{today}'
        UNION ALL SELECT i, moment(ended, i, 24), CASE status WHEN 'won' THEN 'S5' ELSE 'S6' END
          FROM life WHERE status <> 'open') ORDER BY i, "at" """,
    "fx_rate": """SELECT 'CHF' AS from_currency, 'EUR' AS to_currency,
        DATE '{start}' + CAST(7 * k AS INTEGER) AS date, 1.04 + 0.03 * sin(k / 9.0) AS rate
        FROM range({weeks}) AS t(k)""",
    "target": """SELECT tag('G', row_number() OVER ()) AS id, 'sales_value' AS kpi_id,
        'agent' AS scope_type, tag('A', k) AS scope_id,
        year(m) || '-' || lpad(month(m)::VARCHAR, 2, '0') AS period, 250000.0 AS value,
        'EUR' AS currency
        FROM range({agents}) AS t(k),
          generate_series(DATE '{start}', DATE '{today}', INTERVAL 1 MONTH) AS s(m)""",
}

EXPORT = """
SELECT o.id AS "Opportunity ID", o.name AS "Opportunity name", s.name AS "Stage", a.name AS "Owner",
  k.name AS "Account name", p.name AS "Product", c.name AS "Channel", o.amount AS "Amount",
  o.currency AS "Currency", strftime(o.created_at, '%Y-%m-%d %H:%M:%S') AS "Created date",
  coalesce(CAST(o.closed_at AS DATE), o.expected_close_date) AS "Close date"
FROM made_opportunity AS o
JOIN made_stage AS s ON s.id = o.stage_id
JOIN made_agent AS a ON a.id = o.owner_id
JOIN made_account AS k ON k.id = o.account_id
JOIN made_product AS p ON p.id = o.product_id
JOIN made_channel AS c ON c.id = o.channel_id
ORDER BY o.id
"""


def make(n: int) -> duckdb.DuckDBPyConnection:
    """A connection in memory with the tables `made_<table>` of a company of `n` opportunities."""
    connection = duckdb.connect()
    connection.execute(MACROS)
    connection.execute(LIFE.format(**sizes(n)))
    for table, sql in TABLE_SQL.items():
        connection.execute(f"CREATE TABLE made_{table} AS {sql.format(**sizes(n))}")
    return connection


def sizes(n: int) -> dict[str, object]:
    """What the places in the SQL stand for in a company of `n` opportunities."""
    return {
        "n": n, "start": START, "today": TODAY, "horizon": HORIZON, "days": DAYS,
        "agents": min(AGENTS, max(CALLERS, n // 100)), "teams": TEAMS, "leaves": TEAMS - 4,
        "products": PRODUCTS, "channels": CHANNELS, "campaigns": CAMPAIGNS, "callers": CALLERS,
        "accounts": max(50, n // 20), "mailings": max(20, n // 2500), "weeks": DAYS // 7 + 1,
    }


def write_export(made: duckdb.DuckDBPyConnection, path: Path) -> Path:
    """The flat CSV a CRM would export: one line an opportunity, everything by name."""
    made.execute(f"COPY ({EXPORT}) TO '{path}' (HEADER, DELIMITER ',')")
    return path


def fill(project: Project, made: duckdb.DuckDBPyConnection) -> None:
    """The tables put straight into a project's empty warehouse, as one load, and those around the
    opportunities with them."""
    n = int(made.execute("SELECT count(*) FROM life").fetchall()[0][0])
    for step in around.STEPS:
        made.execute(step.format(**sizes(n)))
    for table in TABLE_SQL:
        _put(project, made, table, f"FROM made_{table}")
    for table, sql in around.TABLE_SQL.items():
        _put(project, made, table, sql.format(**sizes(n)))
    with project.engine.transaction() as cursor:
        cursor.execute(
            "INSERT INTO kp_load (id, who, source, started_at, finished_at, horizon) "
            "VALUES (1, 'bench', 'bench', ?, ?, ?)", [HORIZON] * 3)
        cursor.execute("UPDATE kp_version SET n = 1")
    project.engine.query("CHECKPOINT")


def _put(project: Project, made: duckdb.DuckDBPyConnection, table: str, sql: str) -> None:
    """Rows of one table through a Parquet file, with the marks of a load."""
    file = project.incoming / f"{table}.parquet"
    made.execute(f"COPY ({sql}) TO '{file}' (FORMAT parquet)")
    marks = "'bench' AS source, 1 AS load_id, 1 AS first_load_id"
    if is_history(TABLES[table]):
        marks += ", 'source' AS origin"
    insert = fill_in("INSERT INTO {table} BY NAME SELECT *, {marks} FROM read_parquet(?)",
                     table=table, marks=Sql(marks))
    project.engine.query(insert, [str(file)])
    file.unlink()
