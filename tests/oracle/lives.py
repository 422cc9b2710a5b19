"""What every opportunity was at a moment, told row by row: rules G3, G5, G6, G10, G11 and G16.

A company is a dict of tables, a table a list of plain dicts with the columns of the warehouse.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.moments import DAY, When, days_between, local, midnight, when

NONE, NOBODY = "(none)", "(unassigned)"


@dataclass(frozen=True)
class Setup:
    """The settings that change numbers."""

    tz: str = "Europe/Paris"
    currency: str = "EUR"
    fiscal_start_month: int = 1
    void_reasons: tuple[str, ...] = ()
    fx_max_stale_days: int = 31
    amount_policy: str = "latest"
    close_date_source: str = "field"
    stage_window_days: int = 90
    lead_dedupe_days: int = 30
    sla_seconds: int = 300
    lead_window_days: int = 90
    meeting_window_days: int = 30
    customer_window_days: int = 180
    win_window_days: int = 180
    repurchase_window_days: int = 90
    velocity_lookback_days: int = 90
    cycle_window_days: int = 365
    stalled_days: int = 30
    short_abandon_s: int = 5
    service_level_s: int = 20
    gap_grace_days: int = 30
    cac_lag_days: int = 0
    gross_margin: float = 0.0
    customer_source: str = "auto"
    sales_source: str = "won_opps"


@dataclass
class Life:
    """One opportunity as it stood at the cut-off."""

    row: dict[str, Any]
    created: When | None
    status: str
    closed: When | None
    steps: list[dict]
    is_truncated: bool
    stage_id: str | None
    pipeline: str
    amount: Decimal | None
    money: str
    probability: float | None
    is_void: bool
    owners: list[dict] = field(default_factory=list)


@dataclass(frozen=True)
class World:
    """A company at a cut-off, with what is looked up in it."""

    tables: dict[str, list[dict]]
    setup: Setup
    as_of: datetime

    @property
    def last_day(self) -> date:
        """The business date of the last instant before the cut-off."""
        return local(self.as_of - timedelta(microseconds=1), self.setup.tz)

    @property
    def whole(self) -> date:
        """The cut-off floored to local midnight."""
        return local(self.as_of, self.setup.tz)

    def sees(self, moment: When) -> bool:
        return moment.instant(self.setup.tz) < self.as_of

    def get(self, table: str, id_: str | None) -> dict:
        return next((row for row in self.tables.get(table, []) if row["id"] == id_), {})

    def has(self, row: dict) -> bool:
        """Whether a record is there: not deleted, merged or a test (G10)."""
        deleted = when(row, "deleted_at")
        gone = row.get("is_test") or row.get("merged_into_id")
        return not gone and not (deleted and self.sees(deleted))

    def all(self, table: str) -> list[dict]:
        """The records of a table that are there."""
        return [row for row in self.tables.get(table, []) if self.has(row)]

    def history(
        self, table: str, id_: str, *, everything: bool = False, of: str = "opportunity_id"
    ) -> list[dict]:
        """Rows of a history in order, with `when`; those before the cut-off unless all are asked.

        At one instant the later load has the last word, and a time has it over a bare date.
        """
        rows = [
            {**row, "when": when(row, "at")} for row in self.tables.get(table, []) if row[of] == id_
        ]
        rows.sort(key=lambda r: (r["when"].instant(self.setup.tz), r.get("load_id", 1),
                                 not r["when"].is_day))  # fmt: skip
        return rows if everything else [row for row in rows if self.sees(row["when"])]

    def opportunity_of(self, row: dict) -> str | None:
        """The opportunity a row is about; of one merged into another that one (G9)."""
        about, passed = row.get("opportunity_id"), set()
        while about not in passed and self.get("opportunity", about).get("merged_into_id"):
            passed.add(about)
            about = self.get("opportunity", about)["merged_into_id"]
        return about

    def lives(self) -> list[Life]:
        found = [self.life(row) for row in self.tables.get("opportunity", [])]
        lost: dict[str, list[Life]] = {}
        for life in found:
            if life and life.status == "lost":
                lost.setdefault(life.row["source"], []).append(life)
        for lives in lost.values():
            zeros = [life for life in lives if life.amount == 0]
            if len(lives) >= 20 and len(zeros) >= 0.95 * len(lives):
                for life in zeros:
                    life.amount = None
        return [life for life in found if life]

    def life(self, row: dict) -> Life | None:
        """The opportunity at the cut-off, or None when it is not seen."""
        tz, setup = self.setup.tz, self.setup
        if not self.has(row):
            return None
        all_steps = [
            {**step, "stage": self.get("stage", step["stage_id"])}
            for step in self.history("stage_history", row["id"], everything=True)
        ]
        all_steps += self.outcome_beside(row, all_steps)
        steps = [step for step in all_steps if self.sees(step["when"])]
        created = when(row, "created_at")
        if created is None and all_steps:
            first = all_steps[0]
            if first["origin"] == "source" and first["stage"]["kind"] == "open":
                created = first["when"]
        created = created or when(row, "started_at")
        if created is not None and not self.sees(created):
            return None
        truncated = bool(steps) and (
            steps[0]["stage"]["kind"] != "open"
            or steps[0]["origin"] == "compared"
            or (created is not None and days_between(created, steps[0]["when"], tz) > 1)
        )
        for index, step in enumerate(steps):
            step["is_timed"] = step["origin"] == "source" and not (index == 0 and truncated)
        said = when(row, "closed_at")
        said = said if said and self.sees(said) else None
        status, closed = self.ending(row, steps, said, bool(all_steps))
        last = steps[-1]["stage_id"] if steps else None
        stage_id = last or row.get("stage_id")
        stage = self.get("stage", stage_id)
        if status == "open" and not steps and row.get("status") != "open":
            stage_id = stage_id if stage.get("kind", "open") == "open" else None
        return Life(
            row=row,
            created=created,
            status=status,
            closed=closed,
            steps=steps,
            is_truncated=truncated,
            stage_id=stage_id,
            pipeline=stage.get("pipeline_id") or row.get("pipeline_id") or "default",
            amount=self.amount(row, status, closed),
            money=row.get("currency") or setup.currency,
            probability=self.chance(row, steps),
            is_void=status != "open"
            and (row.get("close_reason") or "").strip().lower() in setup.void_reasons,
            owners=self.history("owner_history", row["id"]),
        )

    def outcome_beside(self, row: dict, steps: list[dict]) -> list[dict]:
        """The closing that only a status tells, as the last change (decision 0103)."""
        own = self.get("stage", row.get("stage_id"))
        kinds = {step["stage"]["kind"] for step in steps}
        if row.get("status") not in ("won", "lost") or own.get("kind") != "open" \
                or kinds != {"open"}:
            return []
        last, said, tz = steps[-1]["when"], when(row, "closed_at"), self.setup.tz
        is_known = said is not None and said.instant(tz) >= last.instant(tz)
        stage = {"kind": row["status"], "pipeline_id": own.get("pipeline_id")}
        return [{"stage_id": None, "stage": stage, "when": said if is_known else last,
                 "origin": "source" if is_known else "compared"}]

    def chance(self, row: dict, steps: list[dict]) -> float | None:
        """What was thought of it while it was open (decision 0090): a closing sets 0 or 100 %."""
        tz, current = self.setup.tz, self.get("stage", row.get("stage_id"))
        is_closed = (row.get("status") or current.get("kind", "open")) != "open"
        limits = [when(row, "closed_at")] if is_closed else []
        stage = current if current.get("kind") == "open" else {}
        opens = [n for n, step in enumerate(steps) if step["stage"]["kind"] == "open"]
        if opens:
            stage = steps[opens[-1]]["stage"]
            limits += [step["when"] for step in steps[opens[-1] + 1 :][:1]]
        end = min((limit.instant(tz) for limit in limits if limit), default=self.as_of)
        told = [r["probability"] for r in self.history("probability_history", row["id"])
                if r["when"].instant(tz) < end]  # fmt: skip
        said = told[-1] if told else row.get("probability")
        is_set = not told and is_closed and said in (0, 1)
        return stage.get("probability") if said is None or is_set else said

    def ending(self, row, steps, said, has_any_history):
        """(status, when it closed) by G11."""
        if not steps:
            status = row.get("status") or self.get("stage", row.get("stage_id")).get("kind", "open")
            undated = when(row, "closed_at") is None and not has_any_history
            return (status, said) if status != "open" and (said or undated) else ("open", None)
        status = steps[-1]["stage"]["kind"]
        if status == "open":
            return "open", None
        start = ending_starts(steps)
        turned = steps[start]["when"] if steps[start]["is_timed"] else None
        if self.setup.close_date_source == "field":
            return status, said or turned
        return status, turned or said

    def amount(self, row, status, closed) -> Decimal | None:
        """The amount in force, or the last one before the closing, by the policy (G6)."""
        rows = self.history("amount_history", row["id"])
        if self.setup.amount_policy == "at_close" and status != "open" and closed:
            limit = closed.instant(self.setup.tz)
            rows = [r for r in rows if r["when"].instant(self.setup.tz) < limit]
        return rows[-1]["amount"] if rows else row.get("amount")

    def rate(self, money: str, day: date | None) -> float | None:
        """The rate to the company's currency on `day` (G5), None when there is none."""
        home = self.setup.currency
        if money == home:
            return 1.0
        if day is None:
            return None
        for source, target, turn in ((money, home, False), (home, money, True)):
            rows = [
                r
                for r in self.tables.get("fx_rate", [])
                if (r["from_currency"], r["to_currency"]) == (source, target) and r["date"] <= day
            ]
            latest = max(rows, key=lambda r: r["date"], default=None)
            if latest and (day - latest["date"]).days <= self.setup.fx_max_stale_days:
                return 1 / latest["rate"] if turn else latest["rate"]
        return None

    def is_human(self, agent: str | None) -> bool:
        return agent is not None and (self.get("agent", agent).get("kind") or "human") == "human"

    def owner_first(self, life: Life) -> str:
        """The first human owner (G16)."""
        if not life.owners:
            return life.row.get("owner_id") or NOBODY
        return next((o["agent_id"] for o in life.owners if self.is_human(o["agent_id"])), NOBODY)

    def owner_current(self, life: Life) -> str:
        owner = life.owners[-1]["agent_id"] if life.owners else life.row.get("owner_id")
        return owner or NOBODY

    def owner_at(self, life: Life, event: When | None) -> str:
        """The owner in force at the event, the first one before any is known; after a queue the
        next human owner. A date without a time counts to its end."""
        if not life.owners or event is None:
            return self.owner_current(life)
        count = sum(self.is_by(o["when"], event) for o in life.owners) or 1
        owner = life.owners[count - 1]["agent_id"]
        if owner is None or self.is_human(owner):
            return owner or NOBODY
        after = (o["agent_id"] for o in life.owners[count:])
        return next((agent for agent in after if self.is_human(agent)), NOBODY)

    def is_by(self, moment: When, event: When) -> bool:
        tz = self.setup.tz
        if event.is_day:
            return moment.instant(tz) < midnight(event.on + DAY, tz)
        return moment.instant(tz) <= event.at

    def team_on(self, agent: str, day: date | None) -> str:
        """The agent's team on a day: the history's, its first before it begins, else today's."""
        rows = sorted(
            (r for r in self.tables.get("agent_team_history", []) if r["agent_id"] == agent),
            key=lambda r: r["from_date"],
        )
        if not rows or day is None:
            return self.get("agent", agent).get("team_id") or NONE
        by = [r for r in rows if r["from_date"] <= day]
        return (by[-1] if by else rows[0])["team_id"] or NONE


def ending_starts(steps: list[dict]) -> int:
    """Where the last run of rows of one closed kind begins."""
    start = len(steps) - 1
    while start and steps[start - 1]["stage"]["kind"] == steps[-1]["stage"]["kind"]:
        start -= 1
    return start
