"""What a made-up company has besides its opportunities, in proportion to them, made by DuckDB.

Two leads, two orders, five activities and one e-mail event for each opportunity; calls, surveys,
subscriptions, costs and histories beside them. `STEPS` prepares what several tables share;
`TABLE_SQL` gives each table's rows. Places in braces are those of `company.sizes`.
"""

STEPS = (
    """CREATE OR REPLACE TABLE lead_life AS
    SELECT j, i, life.d1 AS deal_on, agent, channel, account,
      u(i, 30) < 0.4 AND j % 2 = 0 AS is_linked,
      CASE WHEN u(i, 30) < 0.4 AND j % 2 = 0
          THEN greatest(life.d1 - days(j, 31, 12), DATE '{start}')
        ELSE DATE '{start}' + CAST(floor(u(j, 31) * {days}) AS INTEGER) END AS d0
    FROM range(2 * {n}) AS t(j) JOIN life ON life.i = t.j // 2""",
    # one in twenty-five comes again under the same address a few days later
    """CREATE OR REPLACE TABLE lead_course AS
    WITH again AS (
      SELECT a.* REPLACE (CASE WHEN b.j IS NULL THEN a.d0
          ELSE least(b.d0 + days(a.j, 33, 12), DATE '{today}') END AS d0), b.j AS twin
      FROM lead_life AS a
      LEFT JOIN lead_life AS b ON a.j % 2 = 1 AND u(a.j, 32) < 0.08 AND b.j = a.j - 1
    )
    SELECT *, CASE WHEN is_linked THEN 0.0 ELSE u(j, 36) END AS fate,
      moment(d0, j, 34) + INTERVAL 1 SECOND * CAST(floor(60 * u(j, 35)) AS INTEGER) AS created_at
    FROM again""",
    """CREATE OR REPLACE TABLE lead_end AS
    SELECT *, CASE
      WHEN is_linked THEN created_at + (moment(deal_on, i, 20) - created_at) * 0.7
      ELSE created_at + INTERVAL 1 HOUR * CAST(floor(24 * days(j, 37, 6)) AS INTEGER) END AS step_at
    FROM lead_course""",
    """CREATE OR REPLACE TABLE sold AS
    WITH picked AS (
      SELECT k, l.i IS NOT NULL AS is_linked,
        CASE WHEN l.i IS NOT NULL THEN l.account
          ELSE CAST(floor(pow(u(k, 50), 1.4) * {accounts}) AS INTEGER) END AS account,
        CASE WHEN l.i IS NOT NULL THEN l.agent
          ELSE CAST(floor(u(k, 51) * {agents}) AS INTEGER) END AS agent,
        CASE WHEN l.i IS NOT NULL THEN moment(l.ended, k, 52)
          ELSE moment(DATE '{start}' + CAST(floor(u(k, 53) * {days}) AS INTEGER), k, 54)
        END AS done_at
      FROM range(2 * {n}) AS t(k)
      LEFT JOIN life AS l ON l.i = t.k AND l.status = 'won' AND u(t.k, 55) < 0.3
    )
    SELECT *, CASE WHEN account % 10 = 0 THEN 'CHF' ELSE 'EUR' END AS currency,
      round(exp(6.5 + 1.0 * sqrt(-2 * ln(1 - u(k, 56))) * cos(2 * pi() * u(k, 57))), 2) AS amount
    FROM picked""",
    """CREATE OR REPLACE TABLE deed AS
    WITH picked AS (
      SELECT a, a // 5 AS i, a % 5 AS r, u(a, 70) AS p FROM range(5 * {n}) AS t(a)
    )
    SELECT a, l.i, r, l.agent, c.j,
      CASE WHEN p < 0.3 THEN 'call' WHEN p < 0.65 THEN 'email' WHEN p < 0.75 THEN 'meeting'
        WHEN p < 0.95 THEN 'task' ELSE 'message' END AS kind,
      CASE WHEN c.j IS NOT NULL
          THEN c.created_at
            + INTERVAL 1 SECOND * CAST(floor(900 * pow(-ln(1 - u(a, 71)), 3)) AS INTEGER)
        ELSE moment(l.d1 + CAST(floor(u(a, 72) * (1 + least(l.ended, DATE '{today}' + 20) - l.d1))
          AS INTEGER), a, 73) END AS done_at
    FROM picked
    JOIN life AS l ON l.i = picked.i
    LEFT JOIN lead_course AS c ON picked.r >= 3 AND c.j = 2 * picked.i + picked.r - 3""",
)

LEADS = {
    "campaign": """SELECT tag('M', k) AS id, 'Campaign ' || k AS name,
        tag('C', k % {channels}) AS channel_id FROM range({campaigns}) AS t(k)""",
    "contact": """SELECT tag('N', k) AS id, 'Contact ' || k AS name, tag('K', k) AS account_id,
        'person' || k || '@example.com' AS email FROM range({accounts}) AS t(k)""",
    "lead_status": """SELECT 'U' || k AS id,
        ['New', 'Qualified', 'Set aside', 'Converted'][k] AS name,
        k IN (2, 4) AS is_qualified, k = 3 AS is_disqualified, k = 4 AS is_converted
        FROM range(1, 5) AS t(k)""",
    "lead": """SELECT tag('D', j) AS id, 'Lead ' || j AS name,
        CASE WHEN is_linked AND deal_on <= DATE '{today}' THEN 'U4'
          WHEN step_at > TIMESTAMP '{horizon}' THEN 'U1'
          WHEN fate < 0.25 THEN 'U2' WHEN fate < 0.6 THEN 'U3' ELSE 'U1' END AS status_id,
        tag('A', CASE WHEN is_linked THEN agent ELSE CAST(floor(u(j, 38) * {agents}) AS INTEGER)
          END) AS owner_id,
        'lead' || coalesce(twin, j) || '@example.org' AS email,
        tag('C', CASE WHEN is_linked THEN channel ELSE CAST(floor(u(j, 39) * {channels}) AS INTEGER)
          END) AS channel_id,
        CASE WHEN u(j, 40) < 0.3 THEN tag('M', CAST(floor(u(j, 41) * {campaigns}) AS INTEGER)) END
          AS campaign_id,
        CASE WHEN is_linked THEN tag('K', account) END AS account_id,
        CASE WHEN is_linked THEN moment(deal_on, i, 20) END AS converted_at,
        CASE WHEN is_linked THEN tag('O', i) END AS converted_opportunity_id,
        created_at FROM lead_end""",
    "lead_status_history": """SELECT tag('D', j) AS lead_id, created_at AS "at", 'U1' AS status_id
          FROM lead_end
        UNION ALL SELECT tag('D', j), step_at, CASE WHEN fate < 0.25 THEN 'U2' ELSE 'U3' END
          FROM lead_end WHERE fate < 0.6 AND step_at <= TIMESTAMP '{horizon}'
        UNION ALL SELECT tag('D', j), moment(deal_on, i, 20), 'U4' FROM lead_end WHERE is_linked""",
    "lead_owner_history": """SELECT tag('D', j) AS lead_id, created_at AS "at",
          tag('A', CAST(floor(u(j, 42) * {agents}) AS INTEGER)) AS agent_id
          FROM lead_end WHERE u(j, 43) < 0.2
        UNION ALL SELECT tag('D', j), created_at + INTERVAL 3 HOUR,
          tag('A', CASE WHEN is_linked THEN agent ELSE CAST(floor(u(j, 38) * {agents}) AS INTEGER)
            END) FROM lead_end
          WHERE u(j, 43) < 0.2 AND created_at + INTERVAL 3 HOUR <= TIMESTAMP '{horizon}'""",
}

DEALS = {
    "owner_history": """SELECT tag('O', i) AS opportunity_id, moment(d1, i, 20) AS "at",
          tag('A', CASE WHEN u(i, 80) < 0.1 THEN CAST(floor(u(i, 81) * {agents}) AS INTEGER)
            ELSE agent END) AS agent_id FROM life
        UNION ALL SELECT tag('O', i), moment(midway(d1, least(ended, DATE '{today}')), i, 20)
          + INTERVAL 1 MINUTE, tag('A', agent) FROM life WHERE u(i, 80) < 0.1""",
    "amount_history": """SELECT tag('O', i) AS opportunity_id, moment(d1, i, 20) AS "at",
          CASE WHEN u(i, 82) < 0.15 THEN round(0.8 * amount) ELSE amount END AS amount
          FROM life WHERE amount IS NOT NULL
        UNION ALL SELECT tag('O', i), moment(midway(d1, least(ended, DATE '{today}')), i, 20)
          + INTERVAL 2 MINUTE, amount FROM life WHERE amount IS NOT NULL AND u(i, 82) < 0.15""",
    "close_date_history": """SELECT tag('O', i) AS opportunity_id, moment(d1, i, 20) AS "at",
          CASE WHEN u(i, 83) < 0.4 THEN d1 + 30 ELSE ended END AS expected_close_date FROM life
        UNION ALL SELECT tag('O', i), moment(midway(d1, least(ended, DATE '{today}')), i, 20)
          + INTERVAL 3 MINUTE, ended FROM life WHERE u(i, 83) < 0.4""",
    "opportunity_split": """SELECT tag('O', i) AS opportunity_id,
          tag('A', (agent + s) % {agents}) AS agent_id, 0.6 - 0.2 * s AS weight
        FROM life CROSS JOIN range(2) AS t(s) WHERE u(i, 84) < 0.002""",
}

MONEY = {
    "order": """SELECT tag('R', k) AS id, tag('K', account) AS account_id, done_at AS ordered_at,
        CASE WHEN u(k, 58) < 0.02 THEN 'cancelled' WHEN u(k, 58) < 0.03 THEN 'draft'
          WHEN u(k, 58) < 0.4 THEN 'confirmed' ELSE 'paid' END AS status,
        amount AS net_amount, currency, tag('A', agent) AS owner_id,
        tag('C', CAST(floor(u(k, 59) * {channels}) AS INTEGER)) AS channel_id,
        CASE WHEN is_linked THEN tag('O', k) END AS opportunity_id FROM sold""",
    "order_line": """SELECT tag('R', k) || '-' || s AS id, tag('R', k) AS order_id,
        tag('P', CAST(floor(u(k, 60 + s) * {products}) AS INTEGER)) AS product_id, 1 AS qty,
        round(amount / CASE WHEN u(k, 62) < 0.5 THEN 2 ELSE 1 END, 2) AS net_amount, currency,
        CASE WHEN u(k, 63) < 0.8 THEN round(0.3 * amount, 2) END AS cost
        FROM sold CROSS JOIN range(2) AS t(s) WHERE s = 0 OR u(k, 62) < 0.5""",
    "refund": """SELECT tag('F', k) AS id, tag('R', k) AS order_id, currency,
        done_at + INTERVAL 1 DAY * days(k, 64, 15) AS refunded_at,
        CASE WHEN u(k, 65) < 0.5 THEN amount ELSE round(amount / 2, 2) END AS net_amount
        FROM sold WHERE u(k, 66) < 0.01""",
    "subscription": """SELECT tag('B', k) AS id, tag('K', k) AS account_id,
        moment(DATE '{start}' + CAST(floor(u(k, 90) * 700) AS INTEGER), k, 91) AS started_at,
        CASE WHEN k % 10 = 0 THEN 'CHF' ELSE 'EUR' END AS currency
        FROM range(3 * {accounts} // 5) AS t(k)""",
    "subscription_mrr": """SELECT tag('K', k) AS account_id, tag('B', k) AS subscription_id,
        DATE '{start}' + CAST(floor(u(k, 90) * 700 + 130 * s + 30 * u(k, 92 + s) * (s > 0)::INT)
          AS INTEGER) AS from_date,
        CASE WHEN s > 0 AND u(k, 100 + s) < 0.12 THEN 0
          ELSE round(exp(5 + u(k, 91)) * (0.8 + 0.5 * u(k, 110 + s)), 0) END AS mrr,
        CASE WHEN k % 10 = 0 THEN 'CHF' ELSE 'EUR' END AS currency
        FROM range(3 * {accounts} // 5) AS t(k) CROSS JOIN range(8) AS r(s)
        WHERE u(k, 90) * 700 + 130 * s + 30 < {days}""",
    "cost": """SELECT tag('X', row_number() OVER ()) AS id, category, function, amount,
        'EUR' AS currency, start_date, CAST(start_date + INTERVAL 1 MONTH AS DATE) AS end_date,
        channel_id, team_id FROM (
          SELECT 'ads' AS category, 'marketing' AS function, 1000.0 + 100 * k AS amount,
            CAST(m AS DATE) AS start_date, tag('C', k) AS channel_id, NULL AS team_id
          FROM range({channels}) AS t(k),
            generate_series(DATE '{start}', DATE '{today}', INTERVAL 1 MONTH) AS s(m)
          UNION ALL SELECT 'salary', 'sales', 20000.0 + k, CAST(m AS DATE), NULL, tag('T', 4 + k)
          FROM range({leaves}) AS t(k),
            generate_series(DATE '{start}', DATE '{today}', INTERVAL 1 MONTH) AS s(m))""",
    "forecast": """SELECT tag('Y', row_number() OVER ()) AS id, 'sales_value' AS kpi_id,
        year(m) || '-' || lpad(month(m)::VARCHAR, 2, '0') AS period,
        CAST(m AS TIMESTAMP) - INTERVAL 5 DAY AS made_at, 250000.0 * {agents} AS value
        FROM generate_series(DATE '{start}', DATE '{today}', INTERVAL 1 MONTH) AS s(m)""",
}

DEEDS = {
    "activity": """SELECT tag('V', a) AS id, kind, tag('A', agent) AS agent_id,
        CASE WHEN kind <> 'task' THEN done_at END AS "at",
        CASE WHEN kind IN ('call', 'email', 'message')
          THEN CASE WHEN u(a, 74) < 0.75 THEN 'out' ELSE 'in' END END AS direction,
        CASE WHEN kind = 'task' THEN done_at END AS due_at,
        CASE WHEN kind = 'task' AND u(a, 75) < 0.85
            AND done_at + INTERVAL 1 HOUR * CAST(floor(240 * (u(a, 76) - 0.7)) AS INTEGER)
              <= TIMESTAMP '{horizon}'
          THEN done_at + INTERVAL 1 HOUR * CAST(floor(240 * (u(a, 76) - 0.7)) AS INTEGER) END
          AS completed_at,
        CASE WHEN kind = 'task' THEN NULL WHEN done_at > TIMESTAMP '{horizon}' THEN 'planned'
          WHEN kind = 'meeting' AND u(a, 77) < 0.1 THEN 'no_show'
          WHEN u(a, 77) < 0.14 THEN 'cancelled' ELSE 'done' END AS status,
        kind = 'email' AND u(a, 78) < 0.1 AS is_automated,
        CASE WHEN j IS NOT NULL THEN tag('D', j) END AS lead_id,
        CASE WHEN j IS NULL THEN tag('O', i) END AS opportunity_id,
        CASE WHEN kind IN ('task', 'meeting')
          THEN done_at - INTERVAL 1 HOUR * CAST(24 * days(a, 79, 8) AS INTEGER)
          ELSE done_at END AS created_at FROM deed""",
    "task_event": """SELECT tag('V', a) AS task_id, tag('A', agent) AS agent_id,
        least(done_at, TIMESTAMP '{horizon}')
          - INTERVAL 1 HOUR * CAST(floor(20 * u(a, 120)) AS INTEGER) AS "at", 'comment' AS kind
        FROM deed WHERE kind = 'task' AND u(a, 121) < 0.5""",
    "notification": """SELECT tag('Z', k) AS id,
        tag('A', CAST(floor(u(k, 122) * {agents}) AS INTEGER)) AS agent_id,
        moment(DATE '{start}' + CAST(floor(u(k, 123) * {days}) AS INTEGER), k, 124) AS "at",
        CASE WHEN u(k, 125) < 0.98 THEN
          moment(DATE '{start}' + CAST(floor(u(k, 123) * {days}) AS INTEGER), k, 124)
            + INTERVAL 1 HOUR * days(k, 126, 10) END AS read_at
        FROM range({n} // 10) AS t(k)""",
    "email_message": """SELECT tag('E', k) AS id, 'Mailing ' || k AS subject,
        tag('M', k % {campaigns}) AS campaign_id,
        moment(DATE '{start}' + CAST(floor(u(k, 130) * {days}) AS INTEGER), k, 131) AS sent_at
        FROM range({mailings}) AS t(k)""",
    "email_event": """WITH posted AS (
          SELECT e, CAST(floor(u(e, 132) * {mailings}) AS INTEGER) AS k
          FROM range(2 * {n} // 5) AS t(e)
        ),
        timed AS (
          SELECT *, 'person' || e % (3 * {accounts}) || '@example.com' AS address,
            moment(DATE '{start}' + CAST(floor(u(k, 130) * {days}) AS INTEGER), k, 131) AS done_at
          FROM posted
        )
        SELECT tag('E', k) AS message_id, address AS recipient, s.event,
          done_at + INTERVAL 1 MINUTE * CASE WHEN s.p = 1 THEN 0 ELSE days(e, 133, 60) END AS "at",
          s.event IN ('opened', 'clicked') AND u(e, 134) < 0.1 AS is_machine,
          tag('M', k % {campaigns}) AS campaign_id,
          tag('A', CAST(floor(u(e, 135) * {agents}) AS INTEGER)) AS agent_id
        FROM timed CROSS JOIN (VALUES ('sent', 1.0), ('delivered', 0.96), ('opened', 0.45),
          ('clicked', 0.08), ('replied', 0.03), ('unsubscribed', 0.005)) AS s(event, p)
        WHERE u(e, 136) < s.p
        UNION ALL SELECT tag('E', k), address, 'bounced', done_at + INTERVAL 1 MINUTE, FALSE,
          tag('M', k % {campaigns}), tag('A', CAST(floor(u(e, 135) * {agents}) AS INTEGER))
        FROM timed WHERE u(e, 136) > 0.97""",
    "call": """SELECT tag('H', k) AS id,
        moment(DATE '{start}' + CAST(floor(u(k, 140) * {days}) AS INTEGER), k, 141) AS started_at,
        CASE WHEN u(k, 142) < 0.6 THEN 'inbound' ELSE 'outbound' END AS direction,
        CASE WHEN u(k, 143) < 0.8 THEN 'answered' WHEN u(k, 142) < 0.6 THEN 'abandoned'
          ELSE 'no_answer' END AS outcome,
        floor(-ln(1 - u(k, 144)) * 15) AS wait_s, floor(-ln(1 - u(k, 145)) * 240) AS talk_s,
        floor(30 * u(k, 146)) AS wrap_s,
        CASE WHEN u(k, 143) < 0.8 OR u(k, 142) >= 0.6
          THEN tag('A', CAST(floor(u(k, 147) * {callers}) AS INTEGER)) END AS agent_id,
        'Queue ' || k % 4 AS queue,
        tag('K', CAST(floor(u(k, 148) * {accounts}) AS INTEGER)) AS account_id
        FROM range(3 * {n} // 10) AS t(k)""",
    "agent_state": """SELECT tag('A', k) AS agent_id,
        CAST(d AS TIMESTAMP) + INTERVAL 8 HOUR + INTERVAL 90 MINUTE * s AS from_at,
        CAST(d AS TIMESTAMP) + INTERVAL 8 HOUR + INTERVAL 90 MINUTE * (s + 1) AS to_at,
        CASE WHEN s = 3 THEN 'break' WHEN s % 2 = 0 THEN 'available' ELSE 'handling' END AS state
        FROM range({callers}) AS t(k),
          generate_series(DATE '{start}', DATE '{today}', INTERVAL 1 DAY) AS v(d),
          range(6) AS r(s)
        WHERE dayofweek(d) BETWEEN 1 AND 5""",
    "business_hours": """SELECT CAST(k AS VARCHAR) AS weekday, '09:00' AS from_time,
        '18:00' AS to_time FROM range(1, 6) AS t(k)""",
    "survey_response": """SELECT tag('Q', k) AS id,
        tag('K', CAST(floor(u(k, 150) * {accounts}) AS INTEGER)) AS account_id,
        moment(DATE '{start}' + CAST(floor(u(k, 151) * {days}) AS INTEGER), k, 152) AS "at",
        CASE WHEN k % 2 = 0 THEN 'csat' ELSE 'nps' END AS kind,
        CASE WHEN k % 2 = 0 THEN 1 + floor(5 * sqrt(u(k, 153))) ELSE floor(11 * sqrt(u(k, 153))) END
          AS score FROM range({n} // 20) AS t(k)""",
}

TABLE_SQL = {**LEADS, **DEALS, **MONEY, **DEEDS}
