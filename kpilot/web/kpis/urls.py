"""Addresses of the KPI pages."""

from django.urls import path

from kpilot.web.kpis import views

urlpatterns = [
    path("", views.home, name="home"),
    path("kpis/", views.kpis, name="kpis"),
    path("kpis/<str:name>/", views.kpi, name="kpi"),
]
