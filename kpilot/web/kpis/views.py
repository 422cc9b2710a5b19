"""Home and the list of KPIs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kpilot.web.people.access import signed_in


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What to look at today."""
    return render(request, "kpis/home.html")


@signed_in
def kpis(request: HttpRequest) -> HttpResponse:
    """Every KPI of the catalogue."""
    return render(request, "kpis/kpis.html")


@signed_in
def kpi(request: HttpRequest, name: str) -> HttpResponse:
    """One KPI: its figure, where it comes from and what is behind it."""
    return render(request, "kpis/kpis.html", {"name": name})
