"""The room of settings."""

from django.apps import AppConfig


class ConfigurationConfig(AppConfig):
    """Registers the room's models."""

    name = "tallystick.configuration"
