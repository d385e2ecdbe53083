"""What the worker does for this room."""

from tallystick.runs.periodic import register
from tallystick.sign_in import sso, totp
from tallystick.sign_in.codes import forget_old, issue_waiting

register(issue_waiting, every_seconds=0.5)
register(forget_old, every_seconds=3600.0)
register(totp.seal_anew, every_seconds=3600.0)
register(sso.seal_anew, every_seconds=3600.0)
