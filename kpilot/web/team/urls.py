"""Addresses of the pages of teams and their people. Identifiers come from the CRM: any text."""

from django.urls import path

from kpilot.web.team import deciding, own, views

urlpatterns = [
    path("", views.team, name="team"),
    path("me/", own.me, name="team-me"),
    path("rules/", deciding.rules, name="team-rules"),
    path("rules/<path:team>/", deciding.rules_of, name="team-rules-of"),
    path("people/<path:agent>/<slug:table>.csv", own.list_file, name="team-list"),
    path("people/<path:agent>/", own.somebody, name="team-person"),
    path("of/<path:team>/<slug:table>.csv", views.table_file, name="team-table"),
    path("of/<path:team>/response/", views.lead_response, name="team-response"),
    path("of/<path:team>/loyalty/", views.speed_and_loyalty, name="team-loyalty"),
    path("of/<path:team>/", views.team, name="team-of"),
]
