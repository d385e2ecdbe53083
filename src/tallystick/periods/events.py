"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "period.opened": "opened the billing period {subject}",
        "period.closed": "closed the billing period {subject}",
        "period.changed": "changed the billing period {subject}",
        "period.deleted": "deleted the billing period {subject}",
        "period.extended": "extended the due day of {contract} to {due}",
    }
)
