"""Django's handle on this room."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "tallystick.access"
    label = "access"
    verbose_name = "Access"

    def ready(self) -> None:
        from tallystick.access import events  # noqa: F401
