"""How soon leads are answered: by person, by hour, and who still waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.ask.records import records
from kpilot.core import format as written
from kpilot.core import format_date
from kpilot.core.calendar import ranged
from kpilot.core.errors import UserError
from kpilot.core.result import Row
from kpilot.core.rights import Reader
from kpilot.web.kpis import words
from kpilot.web.team.desk import Desk
from kpilot.web.team.tables import (
    Cell,
    Column,
    Line,
    Table,
    by_agent,
    count,
    duration,
    lines,
    rate,
    total_line,
)

HOT_DAYS = 14
SHOWN = 30
MOST = 5000


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The finding on top: the share answered in time and the median, of the group or of oneself."""

    sentence: str
    sub: str
    of_whom: str


def summary(desk: Desk) -> Summary:
    """In a sentence, with what it rests on."""
    of_whom = desk.team_name if desk.circle.total else _("Your leads")
    share = _first(_whole(desk, "lead_response_5min_rate"))
    median = _first(_whole(desk, "lead_response_p50"))
    if share is None or share.value is None:
        return Summary(sentence=_("No lead of these days has had time to be answered."), sub="",
                       of_whom=of_whom)  # fmt: skip
    shown, delay = rate(share), sla_words(desk)
    if "low_n" in share.flags:
        sentence = _("Too few leads to say how soon they are answered.")
    else:
        sentence = _("%(share)s of the leads are answered within %(delay)s.") % {
            "share": shown.text, "delay": delay,
        }  # fmt: skip
    half = duration(median)
    sub = shown.note
    if median is not None and "low_n" not in median.flags:
        sub = _("%(size)s · half are answered within %(median)s") % {
            "size": shown.note, "median": half.text,
        }  # fmt: skip
    return Summary(sentence=sentence, sub=sub, of_whom=of_whom)


def sla_words(desk: Desk) -> str:
    """The delay in words: "5 min"."""
    return written.figure(desk.sla, "seconds", words.language())


def by_person(desk: Desk) -> Table:
    """Leads, the share answered in time and the median, by the first owner of the lead."""
    new = by_agent(desk.each("new_leads"))
    shares = by_agent(desk.each("lead_response_5min_rate", sla=desk.sla))
    medians = by_agent(desk.each("lead_response_p50"))
    waits = by_agent(desk.each("leads_waiting"))

    def cells(agent: str) -> list[Cell]:
        return [
            count(new.get(agent), desk.rows_of("new_leads", agent)),
            rate(shares.get(agent)),
            duration(medians.get(agent)),
            count(waits.get(agent), desk.rows_of("leads_waiting", agent, only="numerator")),
        ]

    return Table(
        name="response-by-person",
        title=_("By person"),
        columns=_columns(desk),
        lines=lines(desk, cells),
        total=total_line(desk, [
            count(_first(desk.together("new_leads"))),
            rate(_first(desk.together("lead_response_5min_rate", sla=desk.sla))),
            duration(_first(desk.together("lead_response_p50"))),
            count(_first(desk.together("leads_waiting"))),
        ]),
        note=_("Leads without an answer count as waiting, never as answered."),
    )  # fmt: skip


def by_hour(desk: Desk) -> Table:
    """The same by the hour a lead came in, of the group or of oneself."""
    new = _hours(_whole(desk, "new_leads", "hour"))
    shares = _hours(_whole(desk, "lead_response_5min_rate", "hour"))
    medians = _hours(_whole(desk, "lead_response_p50", "hour"))
    waits = _hours(_whole(desk, "leads_waiting", "hour"))
    hours = sorted(hour for hour, row in new.items() if row.value)
    return Table(
        name="response-by-hour",
        title=_("By hour of arrival"),
        first=_("Hour"),
        columns=_columns(desk),
        lines=[
            Line(label=words.value_label("hour", hour), cells=[
                count(new[hour]), rate(shares.get(hour)), duration(medians.get(hour)),
                count(waits.get(hour)),
            ]) for hour in hours
        ],
        note=_("On the clock of %(zone)s.") % {"zone": desk.project.settings.tz},
    )  # fmt: skip


def _columns(desk: Desk) -> Sequence[Column]:
    within = _("Within %(delay)s") % {"delay": sla_words(desk)}
    return [Column(label=_("Leads"), wide=True), Column(label=within),
            Column(label=_("Median")), Column(label=_("Waiting"))]  # fmt: skip


def _whole(desk: Desk, kpi: str, *by: str) -> list[Row]:
    """The group's figures where they are shown, else one's own."""
    sla = desk.sla if kpi == "lead_response_5min_rate" else None
    if desk.circle.total:
        return desk.together(kpi, *by, sla=sla)
    return desk.asked(Reader(agent_ids=desk.circle.opened), kpi, by, None, None, (), sla)


def _first(rows: Sequence[Row]) -> Row | None:
    return rows[0] if rows and rows[0].value is not None else None


def _hours(rows: Sequence[Row]) -> dict[str, Row]:
    return {row.dim_ids["hour"]: row for row in rows if "hour" in row.dim_ids}


@dataclass(frozen=True, kw_only=True)
class Hot:
    """Leads that came in lately and that nobody has answered; `total` may exceed the lines."""

    table: Table
    total: int
    is_newest: bool
    other_order: str
    records: str


def hot(desk: Desk, path: str, *, most: int = SHOWN) -> Hot:
    """Of the people whose rows the reader may open, and of nobody else; oldest first unless
    `sort=-created_at` asks for the newest."""
    end = desk.state.today.last + timedelta(1)
    period = ranged(end - timedelta(HOT_DAYS), end)
    newest = desk.state.said.get("sort", ("",))[0] == "-created_at"
    query = desk.state.query.but(
        kpis=("leads_waiting",), reader=Reader(agent_ids=desk.circle.opened), period=period,
        grain=None, by=(), compare=None,
    )  # fmt: skip
    try:
        found = records(query, desk.project, only="numerator", sort="created_on",
                        descending=newest, limit=MOST, also=("created_at",))  # fmt: skip
        rows, total = found.rows, found.total
    except UserError:
        rows, total = [], 0
    rows = sorted(rows, key=lambda row: _since(desk, row), reverse=newest)
    other = None if newest else "-created_at"
    return Hot(
        table=Table(
            name="leads-waiting",
            title=_("Hot and untouched"),
            first=_("Lead"),
            columns=[Column(label=_("Waiting for")), Column(label=_("Came in"), wide=True),
                     Column(label=_("Salesperson"), num=False, wide=True),
                     Column(label=_("Channel"), num=False, wide=True)],
            lines=[_lead(desk, row) for row in rows[:most]],
        ),
        total=total,
        is_newest=newest,
        other_order=f"{desk.state.link(path, sort=other)}#hot",
        records=desk.state.link(reverse("records", args=["leads_waiting"]), period=period.key,
                                only="numerator"),
    )  # fmt: skip


def _lead(desk: Desk, row: dict[str, Any]) -> Line:
    since = _since(desk, row)
    seconds = max(0.0, (desk.state.cut.at - since).total_seconds())
    came = since.replace(tzinfo=UTC).astimezone(desk.project.settings.zone)
    language = words.language()
    day = format_date.day(came.date(), language)
    return Line(
        label=str(row["name"] or row["id"]),
        cells=[
            Cell(value=round(seconds), text=written.figure(seconds, "seconds", language)),
            Cell(value=came.replace(tzinfo=None),
                 text=f"{day} {came:%H:%M}" if row.get("created_at") is not None else day),
            Cell(value=row.get("agent"), text=words.value_label("agent", str(row.get("agent")))),
            Cell(value=row.get("channel"),
                 text=words.value_label("channel", str(row.get("channel")))),
        ],
    )  # fmt: skip


def _since(desk: Desk, row: dict[str, Any]) -> datetime:
    """When a lead came in, UTC; the start of its day where no time is known."""
    at, day = row.get("created_at"), row.get("created_on")
    if isinstance(at, datetime):
        return at
    if isinstance(day, date):
        local = datetime(day.year, day.month, day.day, tzinfo=desk.project.settings.zone)
        return local.astimezone(UTC).replace(tzinfo=None)
    return desk.state.cut.at
