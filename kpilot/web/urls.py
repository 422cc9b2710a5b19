"""All addresses of the web application, app by app."""

from django.urls import include, path

urlpatterns = [
    path("", include("kpilot.web.kpis.urls")),
    path("", include("kpilot.web.people.urls")),
    path("catalogue/", include("kpilot.web.catalogue.urls")),
    path("data/", include("kpilot.web.imports.urls")),
    path("advice/", include("kpilot.web.advisor.urls")),
    path("goals/", include("kpilot.web.goals.urls")),
    path("targets/", include("kpilot.web.targets.urls")),
    path("dashboards/", include("kpilot.web.dashboards.urls")),
    path("team/", include("kpilot.web.team.urls")),
    path("", include("kpilot.web.monday.urls")),
    path("api/local/", include("kpilot.web.local.urls")),
    path("api/", include("kpilot.web.api.urls")),
    path("", include("kpilot.web.shell.urls")),
]
handler400 = "kpilot.web.shell.errors.bad_request"
handler403 = "kpilot.web.shell.errors.forbidden"
handler404 = "kpilot.web.shell.errors.not_found"
handler500 = "kpilot.web.shell.errors.broken"
