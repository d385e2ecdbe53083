"""Addresses of requests for signatures."""

from django.urls import URLPattern, path

from tallystick.web.views import signatures

urlpatterns: list[URLPattern] = [
    path("signatures/<uuid:envelope_key>", signatures.signature, name="signature"),
]
