"""Addresses of the pages of targets."""

from django.urls import path

from kpilot.web.targets import smart_views

urlpatterns = [
    path("smart-check/", smart_views.smart_check, name="smart-check"),
]
