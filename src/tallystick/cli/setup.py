"""Django for the verbs that need it."""

import os


def use_django() -> None:
    """Load the settings and the models. Takes a second, so verbs call it after reading their arguments."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallystick.config.settings")
    import django

    django.setup()
