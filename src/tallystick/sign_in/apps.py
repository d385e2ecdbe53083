"""The room of signing in."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """Registers the room's models and events."""

    name = "tallystick.sign_in"
