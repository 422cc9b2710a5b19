"""Addresses of the Data pages, under /data/."""

from django.urls import path

from kpilot.web.imports import answering, arriving, going, views

urlpatterns = [
    path("", views.data, name="data"),
    path("loads/<int:load>/", views.load, name="load"),
    path("loads/<int:load>/undo/", views.undo_load, name="undo-load"),
    path("loads/<int:load>/refused/", views.refused, name="load-refused"),
    path("import/", arriving.new, name="import-new"),
    path("import/sample/", arriving.sample, name="import-sample"),
    path("import/<uuid:key>/", going.job, name="import"),
    path("import/<uuid:key>/progress/", going.progress, name="import-progress"),
    path("import/<uuid:key>/stages/", going.stages, name="import-stages"),
    path("import/<uuid:key>/refused/", going.refused_now, name="import-refused"),
    path("import/<uuid:key>/load/", going.load, name="import-load"),
    path("import/<uuid:key>/stop/", going.stop, name="import-stop"),
    path("import/<uuid:key>/columns/", answering.columns, name="import-columns"),
    path("import/<uuid:key>/table/", answering.table, name="import-table"),
    path("import/<uuid:key>/format/", answering.format_, name="import-format"),
    path("import/<uuid:key>/names/", answering.names, name="import-names"),
    path("import/<uuid:key>/kinds/", answering.kinds, name="import-kinds"),
]
