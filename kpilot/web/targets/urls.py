"""Addresses of the pages of targets."""

from django.urls import path

from kpilot.web.targets import proposal_views, smart_views, takes_views, views

urlpatterns = [
    path("", views.targets, name="targets"),
    path("targets.csv", views.targets_file, name="targets-file"),
    path("proposals/", proposal_views.proposals, name="proposals"),
    path("proposals/<int:pk>/", proposal_views.proposal_decide, name="proposal-decide"),
    path("what-it-takes/", takes_views.what_it_takes, name="what-it-takes"),
    path("smart-check/", smart_views.smart_check, name="smart-check"),
]
