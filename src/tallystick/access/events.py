"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "template.created": "created the permission template {subject}",
        "member.levels_set": "set the levels of {subject}",
        "person.account_level_set": "set the directory level of {subject}",
    }
)
