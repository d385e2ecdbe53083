"""Events of this room: each payment stands in the history of its contract and of its claim."""

from tallystick.audit.registry import register

register(
    {
        "payment.recorded": (
            "recorded payment {payment} of {amount}, paid on {day} for {claim:short} {number} of {subject}"
        ),
        "payment.recorded_on_account": (
            "recorded payment {payment} of {amount}, paid on {day} on account of {subject}"
        ),
        "payment.voided": "voided payment {payment} of {amount} on {subject}: {reason}",
        "claim.payment_recorded": "recorded payment {payment} of {amount} for {subject}, paid on {day}",
        "claim.payment_voided": "voided payment {payment} of {amount} for {subject}: {reason}",
    }
)
