"""Addresses of work that one started."""

from django.urls import URLPattern, path

from tallystick.web.views import runs

urlpatterns: list[URLPattern] = [
    path("runs", runs.runs, name="runs"),
    path("runs/tray", runs.runs_tray, name="runs-tray"),
    path("runs/<uuid:run_id>", runs.run, name="run"),
    path("runs/<uuid:run_id>/dismissal", runs.dismiss, name="run-dismissal"),
    path("runs/<uuid:run_id>/cancellation", runs.cancel, name="run-cancellation"),
]
