"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "payment_schedule.issued": "issued the {paper} for {subject}: {amount}",
        "payment_schedule.served": "recorded that the {paper} for {subject} was served on {day}",
        "payment_schedule.withdrawn": "withdrew the {paper} for {subject}: {reason}",
        "payment_schedule.receipt_changed": "set the day on which {subject} was received to {day}",
    }
)
