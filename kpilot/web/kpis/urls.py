"""Addresses of the pages of figures."""

from django.urls import path

from kpilot.web.kpis import views

urlpatterns = [
    path("kpis/", views.kpis, name="kpis"),
    path("filters/", views.filters, name="filters"),
    path("kpis/<slug:name>/", views.kpi, name="kpi"),
    path("kpis/<slug:name>/figures.csv", views.figures, name="figures"),
    path("kpis/<slug:name>/records/", views.records, name="records"),
    path("kpis/<slug:name>/records.<str:kind>", views.records_file, name="records-file"),
]
