"""Addresses of checks before submission."""

from django.urls import URLPattern, path

from tallystick.web.views import checks

urlpatterns: list[URLPattern] = [
    path("claims/<int:claim_id>/checks", checks.claim_checks, name="claim-checks"),
]
