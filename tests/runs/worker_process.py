"""A worker as a process of its own, with the kinds of run that tests use."""

import signal

import django

django.setup()

from tallystick.runs.engine import Engine  # noqa: E402
from tests.runs import kinds_for_tests  # noqa: E402, F401

engine = Engine()
signal.signal(signal.SIGTERM, lambda *_: engine.stop())
engine.run()
