"""Who is written to about a contract: its claim contacts, each by a message of their own (R-CONTACT, R-NOTIFY)."""

from tallystick.contracts.models import Contract
from tallystick.notifications.actions import Recipient


def contacts_of(contract: Contract) -> list[Recipient]:
    """The active claim contacts, by name."""
    found = (
        contract.claim_contacts.filter(person__is_active=True)
        .select_related("person__login")
        .order_by("person__name", "pk")
    )
    return [Recipient.of_person(contact.person) for contact in found]
