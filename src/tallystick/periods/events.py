"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "period.opened": "opened the billing period {subject}",
        "period.created_closed": "created the billing period {subject}, closed because a later one is open",
        "period.closed": "closed the billing period {subject}",
        "period.changed": "changed the billing period {subject}",
        "period.deleted": "deleted the billing period {subject}",
        "period.extended": "extended the due day of {contract} to {due}",
        "period.extension_taken_back": "took the extension of {contract} back",
        "invite.sent": "sent {subject} {an invite} for {period}: {type}, due {due}, to {people}",
        "invite.answered": "answered {answer} to the {invite} for {period}",
        "invite.answered_by_link": "answered {answer} to the {invite} for {period}, by the link in the e-mail",
        "schedule.changed": "changed the schedule of billing periods",
        "schedule.skipped": "did not create {start} to {end}, because {other} is there already",
    }
)
