"""Addresses of the people app."""

from django.urls import path

from kpilot.web.people import directory, views

urlpatterns = [
    path("setup/", views.set_up, name="set-up"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("welcome/<str:uid>/<str:token>/", views.welcome, name="welcome"),
    path("taste/", views.taste, name="taste"),
    path("me/", views.profile, name="profile"),
    path("me/password/", views.change_password, name="change-password"),
    path("people/", directory.people, name="people"),
    path("people/add/", directory.person_add, name="person-add"),
    path("people/<int:pk>/", directory.person, name="person"),
    path("people/<int:pk>/link/", directory.person_link, name="person-link"),
    path("people/<int:pk>/active/", directory.person_active, name="person-active"),
]
