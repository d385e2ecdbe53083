"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "account.created": "created the account {subject}",
        "account.settings_changed": "changed the settings of {subject}",
        "company.created": "added {subject} to the directory",
        "company.changed": "changed the record of {subject}",
        "person.created": "added {subject} to the directory",
        "project.created": "created the project {subject}",
        "project.settings_changed": "changed the settings of {subject}",
    }
)
