"""What the worker does for this room."""

from tallystick.notifications.sending import send_due
from tallystick.runs.periodic import register

register(send_due, every_seconds=1.0)
