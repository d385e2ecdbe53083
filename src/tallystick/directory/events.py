"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "account.created": "created the account {subject}",
        "account.settings_changed": "changed the settings of {subject}",
        "company.created": "added {subject} to the directory",
        "company.changed": "changed the record of {subject}",
        "company.default_contact_set": "made {person} the usual {claim_contact} of {subject}",
        "company.default_contact_cleared": "left {subject} without a usual {claim_contact}",
        "person.created": "added {subject} to the directory",
        "person.changed": "changed the record of {subject}",
        "person.deactivated": "deactivated {subject}",
        "person.reactivated": "reactivated {subject}",
        "person.moved": "moved {subject} to another company",
        "insurance.added": "recorded the insurance {insurance} of {subject}",
        "insurance.changed": "changed the insurance {insurance} of {subject}",
        "insurance.removed": "removed the insurance {insurance} of {subject}",
        "project.created": "created the project {subject}",
        "project.settings_changed": "changed the settings of {subject}",
    }
)
