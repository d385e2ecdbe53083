"""Django's handle on this room."""

from django.apps import AppConfig


class TermsConfig(AppConfig):
    name = "tallystick.terms"
    label = "terms"
    verbose_name = "Words by point of view"

    def ready(self) -> None:
        from tallystick.terms import checks  # noqa: F401  registers itself
