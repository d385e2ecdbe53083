"""Django's handle on this room."""

from django.apps import AppConfig


class PaymentSchedulesConfig(AppConfig):
    name = "tallystick.payment_schedules"
    label = "payment_schedules"
    verbose_name = "Payment schedules"
