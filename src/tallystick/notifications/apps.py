"""The room of notifications."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Registers the room's models and events."""

    name = "tallystick.notifications"

    def ready(self) -> None:
        from tallystick.notifications import events  # noqa: F401
