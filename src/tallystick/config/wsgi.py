"""The web process's entry for gunicorn and other WSGI servers."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import URLResolver, get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallystick.config.settings")

application = get_wsgi_application()


def load_everything() -> None:
    """Import every view now: a fault stops the start, not the first visitor, who needn't wait either."""
    waiting: list[URLResolver] = [get_resolver()]
    while waiting:
        waiting.extend(part for part in waiting.pop().url_patterns if isinstance(part, URLResolver))
