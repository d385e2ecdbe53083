"""The product's settings, with the stand-in among the providers; for worker processes of tests."""

from tallystick.config.settings import *  # noqa: F403
from tallystick.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.signing.standin"]
