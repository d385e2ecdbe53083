"""What may become of a message, and of an address."""

from django.db import models


class MessageStatus(models.TextChoices):
    """How far a message is. ``KEPT``: there is no mail server, so it can be read here and in the folder."""

    QUEUED = "queued", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    KEPT = "kept", "Kept here"
    FAILED = "failed", "Refused"
    GIVEN_UP = "given_up", "Given up"
    SUPPRESSED = "suppressed", "Not sent"


UNDER_WAY = (MessageStatus.QUEUED, MessageStatus.SENDING)
"""A worker will see to these by itself."""


class AddressTrouble(models.TextChoices):
    """Why nothing is sent to an address any more."""

    BOUNCED = "bounced", "Does not take mail"
    COMPLAINED = "complained", "Complained of mail"
