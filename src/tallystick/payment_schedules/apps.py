"""Django's handle on this room."""

from django.apps import AppConfig


class PaymentSchedulesConfig(AppConfig):
    name = "tallystick.payment_schedules"
    label = "payment_schedules"
    verbose_name = "Payment schedules"

    def ready(self) -> None:
        """Declare what is recorded here."""
        import tallystick.payment_schedules.events  # noqa: F401
