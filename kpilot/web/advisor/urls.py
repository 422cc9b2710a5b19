"""Addresses of the pages of advisor."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
