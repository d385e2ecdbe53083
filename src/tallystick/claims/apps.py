"""Django's handle on this room."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "tallystick.claims"
    label = "claims"
    verbose_name = "Progress claims"

    def ready(self) -> None:
        from tallystick.claims import events  # noqa: F401
        from tallystick.claims.checks import of_contract, of_figures  # noqa: F401
