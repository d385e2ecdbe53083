"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "claim.created": "created {subject}",
        "claim.lines_saved": "changed {lines} of {subject}",
        "claim.retention_set": "set the {retention} of this period on {lines} of {subject}",
        "claim.retention_released": "set the release of {retention} on {lines} of {subject}: {amount} in all",
        "claim.facts_changed": "changed the details of {subject}",
        "claim_field.added": "added the field {subject} to {claims}",
        "claim_field.changed": "changed the field {subject} of {claims}",
        "claim_field.retired": "retired the field {subject} of {claims}",
        "claim.reviewed": "reviewed {lines} of {subject}: {summary}",
        "claim.proposal_taken": "took the amounts proposed on {lines} of {subject}",
        "claim.variations_added": "added {lines} of approved {variations} to {subject}",
        "claim.submitted": "submitted {subject}",
        "claim.resubmitted": "resubmitted {subject}",
        "claim.sent_back": "sent {subject} back for revision",
        "claim.status_changed": "moved {subject} from {source} to {target}",
        "claim.certified": "certified {subject} as {target}",
        "claim.reopened": "reopened {subject} as revision {revision}: {reason}",
        "claim.reopened_for_review": "reopened {subject} for review as revision {revision}: {reason}",
        "claim.deleted": "deleted {subject}",
        "claim.restored": "restored {subject}",
        "claim.terms_followed": "computed {subject} anew by the changed terms of {contract}",
        "claim.previous_followed": "brought forward the figures of {previous} into {subject}",
    }
)
