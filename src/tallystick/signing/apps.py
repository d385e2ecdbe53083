"""Django's handle on this room."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Registers the room's models, events and providers."""

    name = "tallystick.signing"
    label = "signing"
    verbose_name = "Signatures"
