"""Where requests go: a health answer for monitors, everything else to the pages."""

from django.urls import include, path

from tallystick.config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("tallystick.web.urls")),
]
