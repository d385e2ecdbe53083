"""Addresses of what one chooses for oneself."""

from django.urls import URLPattern, path

from tallystick.web.views import grid_layouts, preferences

urlpatterns: list[URLPattern] = [
    path("preferences", preferences.preferences, name="preferences"),
    path("preferences/point-of-view", preferences.point_of_view, name="point-of-view"),
    path("preferences/grids/columns.css", grid_layouts.grid_columns, name="grid-columns"),
    path("preferences/grids/<slug:grid>", grid_layouts.grid_layout, name="grid-layout"),
]
