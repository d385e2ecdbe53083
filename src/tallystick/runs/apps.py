"""Django's handle on this room."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "tallystick.runs"
    label = "runs"
    verbose_name = "Long-running work"
