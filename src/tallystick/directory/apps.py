"""Django's handle on this room."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "tallystick.directory"
    label = "directory"
    verbose_name = "Directory"

    def ready(self) -> None:
        from tallystick.directory import events  # noqa: F401
