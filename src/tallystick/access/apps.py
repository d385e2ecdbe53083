"""Django's handle on this room."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "tallystick.access"
    label = "access"
    verbose_name = "Permissions"
