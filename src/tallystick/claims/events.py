"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "claim.created": "created {subject}",
        "claim.lines_saved": "changed {lines} of {subject}",
        "claim.facts_changed": "changed the details of {subject}",
        "claim.submitted": "submitted {subject}",
        "claim.status_changed": "moved {subject} from {source} to {target}",
        "claim.certified": "certified {subject} as {target}",
        "claim.reopened": "reopened {subject} as revision {revision}: {reason}",
        "claim.deleted": "deleted {subject}",
        "claim.restored": "restored {subject}",
        "claim.previous_followed": "brought forward the figures of {previous} into {subject}",
    }
)
