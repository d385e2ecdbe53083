"""Django's handle on this room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tallystick.web"
    label = "web"
    verbose_name = "Pages"
