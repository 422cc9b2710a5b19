"""Addresses of the advisor: the interview, its answers, what is followed."""

from django.urls import path

from kpilot.web.advisor import lists, views

urlpatterns = [
    path("", views.advice, name="advice"),
    path("<int:number>/", views.answer_page, name="advice-answer"),
    path("<int:number>/follow/", views.follow_answer, name="advice-follow"),
    path("followed/", lists.followed_page, name="advice-followed"),
    path("followed/change/", lists.change, name="advice-followed-change"),
    path("followed/<slug:name>/", lists.follow_one, name="advice-follow-one"),
]
