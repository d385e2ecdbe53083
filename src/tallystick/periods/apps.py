"""Django's handle on this room."""

from django.apps import AppConfig


class PeriodsConfig(AppConfig):
    name = "tallystick.periods"
    label = "periods"
    verbose_name = "Billing periods"

    def ready(self) -> None:
        from tallystick.periods import events  # noqa: F401
