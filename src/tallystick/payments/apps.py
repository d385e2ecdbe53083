"""Django's handle on this room."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "tallystick.payments"
    label = "payments"
    verbose_name = "Payments"

    def ready(self) -> None:
        from tallystick.payments import events  # noqa: F401
