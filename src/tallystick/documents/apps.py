"""Django's handle on this room."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "tallystick.documents"
    label = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        from tallystick.documents import checks, events  # noqa: F401
