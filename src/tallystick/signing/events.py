"""Events of this room, in the history of the claim."""

from tallystick.audit.registry import register

register(
    {
        "signature.requested": "asked {names} to sign {subject}, by {provider}",
        "signature.completed": "stored {subject} as signed by {names}",
        "signature.declined": "reported that {names} declined to sign {subject}{reason}",
        "signature.voided": "took {subject} back from signature{reason}",
        "signature.expired": "noted that the time to sign {subject} is over",
        "signature.failed": "could not send {subject} for signature{reason}",
        "signature.void_requested": "asked for {subject} to be taken back from signature: {reason}",
        "signature.reminded": "reminded {names} to sign {subject}",
        "seal.replaced": "put a certificate for sealing in place: {certificate}, valid until {until}",
        "seal.removed": "took the certificate for sealing away: {certificate}",
        "signature.settings_changed": "changed how {subject} has papers signed: {what}",
    }
)
