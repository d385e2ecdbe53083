"""Where requests go: a health answer for monitors, everything else to the pages."""

from django.urls import include, path

from tallystick.config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("tallystick.web.urls")),
]

handler400 = "tallystick.web.views.errors.bad_request"
handler403 = "tallystick.web.views.errors.forbidden"
handler404 = "tallystick.web.views.errors.not_found"
handler500 = "tallystick.web.views.errors.broken"
