"""Installed by ``standin_settings`` for worker processes, and by the fixture ``elsewhere`` in this one."""

from django.apps import AppConfig


class StandInConfig(AppConfig):
    name = "tests.signing.standin"
    label = "standin"

    def ready(self) -> None:
        from tests.signing.standin import provider

        provider.install()
