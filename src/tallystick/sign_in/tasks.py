"""What the worker does for this room."""

from tallystick.runs.periodic import register
from tallystick.sign_in.codes import forget_old, issue_waiting
from tallystick.sign_in.totp import seal_anew

register(issue_waiting, every_seconds=0.5)
register(forget_old, every_seconds=3600.0)
register(seal_anew, every_seconds=3600.0)
