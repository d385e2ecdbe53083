"""Django's handle on this room."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "tallystick.reminders"
    label = "reminders"
    verbose_name = "Reminders"

    def ready(self) -> None:
        from tallystick.reminders import events  # noqa: F401
