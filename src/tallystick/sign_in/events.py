"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "person.sessions_ended": "signed {subject} out everywhere",
        "account.sign_in_changed": "changed how people sign in to {subject}: {what}",
    }
)
