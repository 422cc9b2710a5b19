"""The pages on which an administrator or a manager sets the rules of the team pages."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kpilot.core import format as written
from kpilot.web.kpis import words
from kpilot.web.people.access import only, person_of
from kpilot.web.people.models import Role
from kpilot.web.team import keeping
from kpilot.web.team.forms import RulesForm, TeamRulesForm
from kpilot.web.team.peers import EVERYBODY, teams_of
from kpilot.web.warehouse import project


@only(Role.ADMINISTRATOR, Role.MANAGER)
def rules(request: HttpRequest) -> HttpResponse:
    """What salespeople see of each other, for administrators to change; each team's own rules."""
    person, opened = person_of(request), project()
    now = keeping.rules()
    form = RulesForm(request.POST or None, instance=now, initial={"version": now.version})
    status, conflict = 200, False
    if request.method == "POST":
        if not person.is_administrator:
            return render(request, "shell/403.html", status=403)
        status = 400
        if form.is_valid():
            data = form.cleaned_data
            try:
                keeping.change_rules(person, data["version"], peer_view=data["peer_view"],
                                     smallest_group=data["smallest_group"])  # fmt: skip
            except keeping.ChangedMeanwhile:
                status, conflict = 409, True
            else:
                return _saved(request)
    in_force = keeping.rules()
    teams = [
        (team, name, keeping.team_rules(team).leaderboard,
         written.figure(keeping.sla_seconds(team, opened), "seconds", words.language()))
        for team, name in teams_of(person, opened).items() if team != EVERYBODY
    ]  # fmt: skip
    context = {"form": form, "teams": teams, "in_force": in_force, "conflict": conflict}
    return render(request, "team/rules.html", context, status=status)


@only(Role.ADMINISTRATOR, Role.MANAGER)
def rules_of(request: HttpRequest, team: str) -> HttpResponse:
    """The rules of one team, for those who manage it."""
    person, opened = person_of(request), project()
    teams = teams_of(person, opened)
    if team not in teams or team == EVERYBODY:
        raise Http404
    now = keeping.team_rules(team)
    usual = written.figure(keeping.sla_above(team, opened), "seconds", words.language())
    form = TeamRulesForm(
        request.POST or None, instance=now, initial={"version": now.version}, usual=usual
    )
    status, conflict = 200, False
    if request.method == "POST":
        status = 400
        if form.is_valid():
            data = form.cleaned_data
            try:
                keeping.change_team_rules(person, team, data["version"],
                                          leaderboard=data["leaderboard"],
                                          sla_seconds=form.seconds)  # fmt: skip
            except keeping.ChangedMeanwhile:
                status, conflict = 409, True
            else:
                return _saved(request)
    context = {"form": form, "name": teams[team], "team": team, "conflict": conflict,
               "in_force": keeping.team_rules(team)}  # fmt: skip
    return render(request, "team/rules_of.html", context, status=status)


def _saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("team-rules")
