"""Addresses of the pages of dashboards; `board` is a number or ready/<name>."""

from django.urls import path, register_converter

from kpilot.web.dashboards import composing, editing, saved, sharing, views
from kpilot.web.dashboards.boards import BoardConverter

register_converter(BoardConverter, "board")

urlpatterns = [
    path("", views.dashboards, name="dashboards"),
    path("new/", editing.new, name="dashboard-new"),
    path("views/<int:pk>/delete/", saved.view_delete, name="dashboard-view-delete"),
    path("<board:ref>/", views.dashboard, name="dashboard"),
    path("<board:ref>/data", views.data, name="dashboard-data"),
    path("<board:ref>/copy/", editing.copy, name="dashboard-copy"),
    path("<board:ref>/views/", saved.view_save, name="dashboard-view-save"),
    path("<board:ref>/cards/<slug:key>/", views.card, name="dashboard-card"),
    path("<board:ref>/cards/<slug:key>.<str:kind>", views.card_file, name="dashboard-card-file"),
    path("<int:pk>/add/", composing.add, name="dashboard-add"),
    path("<int:pk>/cards/<slug:key>/edit/", composing.edit, name="dashboard-card-edit"),
    path("<int:pk>/cards/<slug:key>/place/", editing.place, name="dashboard-card-place"),
    path("<int:pk>/cards/<slug:key>/double/", editing.double, name="dashboard-card-double"),
    path("<int:pk>/cards/<slug:key>/remove/", editing.remove, name="dashboard-card-remove"),
    path("<int:pk>/undo/", editing.undo, name="dashboard-undo"),
    path("<int:pk>/redo/", editing.redo, name="dashboard-redo"),
    path("<int:pk>/versions/", editing.versions, name="dashboard-versions"),
    path("<int:pk>/versions/<int:number>/", editing.restore, name="dashboard-restore"),
    path("<int:pk>/settings/", sharing.settings, name="dashboard-settings"),
    path("<int:pk>/default/", sharing.default, name="dashboard-default"),
    path("<int:pk>/delete/", sharing.delete, name="dashboard-delete"),
    path("<int:pk>/bring-back/", sharing.bring_back, name="dashboard-bring-back"),
]
