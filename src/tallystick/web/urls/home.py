"""Address of the first page."""

from django.urls import URLPattern, path

from tallystick.web.views import home

urlpatterns: list[URLPattern] = [path("", home.home, name="home")]
