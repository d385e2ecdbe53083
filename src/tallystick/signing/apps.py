"""Django's handle on this room."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Registers the room's models, events, providers and what holds a claim that is out."""

    name = "tallystick.signing"
    label = "signing"
    verbose_name = "Signatures"

    def ready(self) -> None:
        from tallystick.signing import events, taking_back  # noqa: F401
        from tallystick.signing.builtin import provider  # noqa: F401
        from tallystick.signing.docusign import events as docusign_events  # noqa: F401
        from tallystick.signing.docusign import provider as docusign  # noqa: F401
