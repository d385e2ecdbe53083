"""Django's handle on this room."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "tallystick.audit"
    label = "audit"
    verbose_name = "History"
