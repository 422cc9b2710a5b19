"""The team's pages. What each reader sees of others is decided by `peers` and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kpilot.web.kpis import page, words
from kpilot.web.kpis.bar import bar
from kpilot.web.people.access import signed_in
from kpilot.web.people.models import Role
from kpilot.web.reader import missing_link
from kpilot.web.shell.parts import Preset
from kpilot.web.team import behind, completed, keeping, leaders, loyalty, response, worked
from kpilot.web.team.desk import Desk, lacks, open_desk
from kpilot.web.team.models import PeerView
from kpilot.web.team.tables import Table, csv_file
from kpilot.web.warehouse import project

TABLES: Mapping[str, Callable[[Desk], Table | None]] = {
    "completed": completed.completed,
    "worked-on": worked.worked,
    "waiting": lambda desk: behind.behind(desk).table,
    "response-by-person": response.by_person,
    "response-by-hour": response.by_hour,
    "leads-waiting": lambda desk: response.hot(desk, "", most=response.MOST).table,
    "speed-and-loyalty": lambda desk: loyalty.loyalty(desk).table,
}


@signed_in
def team(request: HttpRequest, team: str = "") -> HttpResponse:
    """Who could use a hand, what was completed, what was worked on; a leaderboard where wanted."""
    desk = _desk(request, team)
    if isinstance(desk, HttpResponse):
        return desk
    path = reverse("team-of", args=[desk.team])
    grid = worked.worked(desk)
    whats, grains = worked.choices(desk, path)
    has_board = _has_board(desk)
    return _page(request, "team/team.html", desk, "team-of", {
        "behind": behind.behind(desk),
        "behind_note": behind.note(),
        "behind_lacks": lacks(desk, "tasks_overdue", "leads_waiting"),
        "completed": (done := completed.completed(desk)),
        "completed_finding": completed.finding(done),
        "completed_lacks": lacks(desk, "activities_done"),
        "worked": grid,
        "worked_lacks": lacks(desk, worked.WHAT[worked.what_of(desk)][0]),
        "whats": whats,
        "grains": grains,
        "boards": leaders.boards(desk) if has_board else (),
    })  # fmt: skip


@signed_in
def lead_response(request: HttpRequest, team: str) -> HttpResponse:
    """How soon leads are answered, by person and by hour, and who still waits."""
    desk = _desk(request, team)
    if isinstance(desk, HttpResponse):
        return desk
    path = reverse("team-response", args=[desk.team])
    lacking = lacks(desk, "lead_response_5min_rate")
    context: dict[str, object] = {"lacks": lacking}
    if not lacking:
        context |= {
            "summary": response.summary(desk),
            "by_person": response.by_person(desk),
            "by_hour": response.by_hour(desk),
            "hot": response.hot(desk, path),
            "hot_days": response.HOT_DAYS,
            "longer": desk.state.link(path, period="last_12_months")
            if desk.state.preset != "last_12_months"
            else "",
        }
    return _page(request, "team/response.html", desk, "team-response", context)


@signed_in
def speed_and_loyalty(request: HttpRequest, team: str) -> HttpResponse:
    """The tortoise and the hare."""
    desk = _desk(request, team)
    if isinstance(desk, HttpResponse):
        return desk
    lacking = lacks(desk, "cycle_vs_retention")
    context: dict[str, object] = {"lacks": lacking}
    if not lacking:
        context["shown"] = loyalty.loyalty(desk)
    return _page(request, "team/loyalty.html", desk, "team-loyalty", context)


@signed_in
def table_file(request: HttpRequest, team: str, table: str) -> HttpResponse:
    """One of the tables as CSV, with what its page shows and no more."""
    desk = _desk(request, team)
    if isinstance(desk, HttpResponse) or table not in TABLES:
        raise Http404
    made = TABLES[table](replace(desk, most=None))
    if made is None:
        raise Http404
    return csv_file(made, desk)


def _desk(request: HttpRequest, team: str) -> Desk | HttpResponse:
    """The desk, or a page that says why there is none: no link, no such team, nobody in it."""
    opened = project()
    try:
        desk = open_desk(request, opened, team)
    except Http404:
        desk, status = open_desk(request, opened), 404
        why = _("There is no team “%(team)s” among those you may see.") % {"team": team}
    else:
        status, why = 200, _nobody(desk)
    if not why:
        return desk
    context = {"desk": desk, "why": why, "teams": _teams(desk, "team-of")}
    return render(request, "team/none.html", context, status=status)


def _nobody(desk: Desk) -> str:
    link = missing_link(desk.person)
    if link == "agent":
        return _("Your account is not linked to a salesperson of the data yet, so no team is "
                 "yours. An administrator links it on the page People.")  # fmt: skip
    if link == "team":
        return _("Your account is not linked to a team of the data yet. An administrator links it "
                 "on the page People.")  # fmt: skip
    if not desk.team:
        return _("In the data you are in no team. Your own page has your figures.")
    if not desk.circle.shown:
        return _("Nobody sells in %(team)s at present.") % {"team": desk.team_name}
    return ""


def _teams(desk: Desk, view: str) -> list[Preset]:
    return [
        Preset(label=name, href=desk.state.link(reverse(view, args=[team])),
               current=team == desk.team)
        for team, name in desk.teams.items()
    ]  # fmt: skip


def _has_board(desk: Desk) -> bool:
    """Only where the team asked for one, and where the reader may see more than herself."""
    if not keeping.team_rules(desk.team).leaderboard:
        return False
    return not desk.peers.is_limited or len(desk.circle.shown) > 1


def _page(
    request: HttpRequest, template: str, desk: Desk, view: str, context: Mapping[str, object]
) -> HttpResponse:
    path = reverse(view, args=[desk.team])
    around = {
        "desk": desk,
        "bar": bar(desk.state, path, desk.project),
        "problems": [words.say_error(error) for error in desk.state.problems],
        "version": page.version(desk.project),
        "here": request.get_full_path(),
        "teams": _teams(desk, view),
        "tabs": tabs(desk, view),
        "csv": _files(desk),
        "seen": seen_of_others(desk),
        "left_out": desk.left_out,
    }
    return render(request, template, {**around, **context})


def tabs(desk: Desk, view: str) -> list[Preset]:
    """The pages of one team, and the reader's own."""
    labels = {"team-of": _("The team's work"), "team-response": _("Lead response"),
              "team-loyalty": _("Speed and loyalty")}  # fmt: skip
    found = [
        Preset(label=label, href=desk.state.link(reverse(name, args=[desk.team])),
               current=name == view)
        for name, label in labels.items()
    ] if desk.team else []  # fmt: skip
    if desk.person.agent_id:
        found.append(Preset(label=_("My page"), href=desk.state.link(reverse("team-me")),
                            current=view == "team-me"))  # fmt: skip
    if desk.person.role in (Role.ADMINISTRATOR, Role.MANAGER):
        found.append(Preset(label=_("Rules"), href=reverse("team-rules")))
    return found


def _files(desk: Desk) -> dict[str, str]:
    """The address of each table's file, by the table's name with underscores."""
    return {
        name.replace("-", "_"): desk.state.link(
            reverse("team-table", args=[desk.team, name]),
            figure=desk.state.said.get("figure"), sort=desk.state.said.get("sort"),
        )
        for name in TABLES
    }  # fmt: skip


def seen_of_others(desk: Desk) -> str:
    """What salespeople see of each other under the rule in force, for the notice on the page."""
    rules = keeping.rules()
    size = {"n": rules.smallest_group}
    return {
        PeerView.SELF: _("Salespeople see their own figures and nothing of their colleagues."),
        PeerView.AGGREGATE: _(
            "Salespeople see their own figures and their team's totals, the latter only in teams "
            "of %(n)s or more."
        ) % size,
        PeerView.PSEUDONYMS: _(
            "Salespeople see colleagues under letters that are dealt anew for each period and "
            "each reader, only in teams of %(n)s or more."
        ) % size,
        PeerView.NAMES: _("Salespeople see their team's figures by name."),
    }[PeerView(rules.peer_view)]  # fmt: skip
