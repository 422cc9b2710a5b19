"""Addresses for programs."""

from django.urls import path

from kpilot.web.api import views

urlpatterns = [
    path("ask", views.ask, name="api-ask"),
    path("kpis", views.kpis, name="api-kpis"),
    path("version", views.version, name="api-version"),
]
