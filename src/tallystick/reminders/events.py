"""Events of this room."""

from tallystick.audit.registry import register

register({"contract.reminded": "reminded {people} of {a claim} on {subject} for {period}"})
