"""The address of the command line, under /api/local/."""

from django.urls import path

from kpilot.web.local.views import command

urlpatterns = [path("<slug:name>/", command, name="local-command")]
