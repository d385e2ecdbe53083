"""Events of this room."""

from tallystick.audit.registry import register

register({"person.sessions_ended": "signed {subject} out everywhere"})
