"""Django's handle on this room."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "tallystick.contracts"
    label = "contracts"
    verbose_name = "Contracts"

    def ready(self) -> None:
        from tallystick.contracts import events  # noqa: F401
