"""What the worker does for this room."""

from tallystick.runs.periodic import register
from tallystick.sign_in.codes import forget_old, issue_waiting

register(issue_waiting, every_seconds=0.5)
register(forget_old, every_seconds=3600.0)
