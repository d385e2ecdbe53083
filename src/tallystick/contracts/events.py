"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "contract.created": "created {subject}",
        "contract.changed": "changed {subject}",
        "contract.status_changed": "moved {subject} from {source} to {target}",
        "contract.sent": "e-mailed the link of {subject} to {people}",
        "sov.lines_replaced": "set the {sov} of {subject}",
        "sov.changed": "changed the {sov} of {subject}: {summary}",
        "sov.grouped": "changed the headings of {lines} in the {sov} of {subject}",
        "sub_sov.enabled": "asked for {an ssov} of {subject}",
        "sub_sov.disabled": "switched the {ssov} of {subject} off",
        "sub_sov.invited": "asked {people} to write the {ssov} of {subject}",
        "sub_sov.lines_saved": "changed the {ssov} of {subject}, which has {lines} now",
        "sub_sov.status_changed": "moved the {ssov} of {subject} from {source} to {target}",
        "variation.changed": "changed the {variation} {subject}",
        "variation.deleted": "deleted {name}, {a variation} of {subject} that was a draft",
        "variation.created": "created the {variation} {subject}",
        "variation.status_changed": "moved the {variation} {subject} from {source} to {target}",
        "private_list.added": "added {person} to the private list of {subject}",
        "private_list.removed": "removed {person} from the private list of {subject}",
        "claim_contact.added": "made {person} {a claim_contact} of {subject}",
        "claim_contact.removed": "removed {person} from the {claim_contacts} of {subject}",
    }
)
