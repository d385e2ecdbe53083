"""Addresses of projects."""

from django.urls import URLPattern, path

from tallystick.web.views import dashboard, month, projects

urlpatterns: list[URLPattern] = [
    path("accounts/<int:account_id>/projects/new", projects.project_new, name="project-new"),
    path("projects/<int:project_id>", dashboard.project, name="project"),
    path("projects/<int:project_id>/month/invites", month.month_invites, name="month-invites"),
    path("projects/<int:project_id>/month/reminders", month.month_reminders, name="month-reminders"),
    path("projects/<int:project_id>/month/signatures", month.month_signatures, name="month-signatures"),
]
