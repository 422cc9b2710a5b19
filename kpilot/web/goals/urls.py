"""Addresses of the pages of goals."""

from django.urls import path

from kpilot.web.goals import form_views, smart, tree, value_views, views

urlpatterns = [
    path("", views.goals, name="goals"),
    path("new/", form_views.new, name="goal-new"),
    path("row/", form_views.row, name="goal-row"),
    path("smart/<int:number>/", smart.smart, name="goal-smart"),
    path("tree/", tree.tree, name="goal-tree"),
    path("notices/", views.notice_list, name="goal-notices"),
    path("notices/read/", views.notices_read, name="goal-notices-read"),
    path("<int:pk>/", views.goal, name="goal"),
    path("<int:pk>/edit/", form_views.edit, name="goal-edit"),
    path("<int:pk>/delete/", form_views.archive, name="goal-archive"),
    path("<int:pk>/restore/", form_views.restore, name="goal-restore"),
    path("<int:pk>/move/", tree.move, name="goal-move"),
    path("<int:pk>/rename/", tree.rename, name="goal-rename"),
    path("<int:pk>/child/", tree.child, name="goal-child"),
    path("targets/<int:pk>/value/", value_views.value, name="goal-value"),
    path("targets/<int:pk>/tasks/", value_views.tasks, name="goal-tasks"),
    path("targets/<int:pk>/crm/", value_views.crm, name="goal-crm"),
]
