"""Events of this room."""

from tallystick.audit.registry import register

register(
    {
        "address.suppressed": "reported that {subject} takes no mail: {why}",
        "address.released": "let mail go to {subject} again",
        "distribution.added": "put {person} on the distribution list of {subject}",
        "distribution.removed": "took {person} off the distribution list of {subject}",
        "message.given_up": "gave up on the message {subject} to {address}: {why}",
        "message.came_back": "had {subject} come back from {address}: {why}",
        "message.resent": "sent the message {subject} again",
        "notification.switched": "switched “{kind}” {state} for {subject}",
    }
)
