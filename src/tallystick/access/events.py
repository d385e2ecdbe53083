"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "template.created": "created the permission template {subject}",
        "template.changed": "changed the permission template {subject}",
        "template.deleted": "deleted the permission template {subject}",
        "member.added": "put {person} on the project",
        "member.removed": "took {person} off the project",
        "member.levels_set": "set the levels of {subject}",
        "person.account_level_set": "set the directory level of {subject}",
    }
)
