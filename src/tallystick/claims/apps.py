"""Django's handle on this room."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "tallystick.claims"
    label = "claims"
    verbose_name = "Progress claims"

    def ready(self) -> None:
        from tallystick.claims import checks_contract, checks_figures, events  # noqa: F401
