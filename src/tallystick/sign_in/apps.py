"""The room of signing in."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """Registers the room's models and events."""

    name = "tallystick.sign_in"

    def ready(self) -> None:
        from tallystick.sign_in import events  # noqa: F401
