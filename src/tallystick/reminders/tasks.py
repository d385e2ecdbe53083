"""What the worker does for this room."""

from tallystick.reminders.rounds import do_due_rounds
from tallystick.runs.periodic import register

register(do_due_rounds, every_seconds=60.0)
