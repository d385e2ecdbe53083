"""Addresses of projects."""

from django.urls import URLPattern, path

from tallystick.web.views import dashboard, projects

urlpatterns: list[URLPattern] = [
    path("accounts/<int:account_id>/projects/new", projects.project_new, name="project-new"),
    path("projects/<int:project_id>", dashboard.project, name="project"),
]
