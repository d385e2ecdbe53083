"""Rows of the permission matrix for messages, and the things that their addresses name."""

from tallystick.directory.models import Person
from tallystick.notifications.actions import Recipient, notify, suppress_address
from tallystick.notifications.switches import token_of
from tests.arch.permission_world import (
    ACCOUNT_ADMIN,
    ANYBODY,
    NOT_TAKEN,
    SIGNED_IN,
    Row,
    World,
)

# Administrators of its account alone: what others were told is nobody else's business, nor that it exists.
MESSAGE_READER = "s4444444o"

MESSAGES: dict[str, Row] = {
    "outbox": (ACCOUNT_ADMIN, NOT_TAKEN),
    "message": (MESSAGE_READER, NOT_TAKEN),
    "message-html": (MESSAGE_READER, NOT_TAKEN),
    "message-resending": (NOT_TAKEN, MESSAGE_READER),
    "address-release": (NOT_TAKEN, MESSAGE_READER),
    "notification-preferences": (NOT_TAKEN, SIGNED_IN),
    # The token is the proof; without it there is nothing
    "unsubscribe": (ANYBODY, ANYBODY),
}


def add_messages(world: World) -> None:
    """Add a message to the contact, and an address that takes no mail, to ``world.ids``."""
    contact = Person.objects.select_related("account", "login").get(pk=world.ids["person_id"])
    (message,) = notify(
        "backup.ready",
        account=contact.account,
        to=[Recipient.of_person(contact)],
        key="backup:0",
        thread="backup:0",
        path="/backups/0/file",
        values={"count": 1, "project": "P", "pages": "1 page", "file": "Backup.pdf", "until": "tomorrow"},
    )
    world.ids["message_id"] = message.pk
    world.ids["token"] = token_of(message.pk)
    state = suppress_address(contact.account, "gone@apex.example", "550 No such user")
    world.ids["address_id"] = state.pk
