"""Django's handle on this room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "tallystick.demo"
    label = "demo"
    verbose_name = "Sample project"
