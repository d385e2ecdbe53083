"""Addresses of projects."""

from django.urls import URLPattern, path

from tallystick.web.views import projects

urlpatterns: list[URLPattern] = [
    path("accounts/<int:account_id>/projects/new", projects.project_new, name="project-new"),
    path("projects/<int:project_id>", projects.project, name="project"),
    path("projects/<int:project_id>/settings", projects.project_settings, name="project-settings"),
]
