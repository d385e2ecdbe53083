"""Who is written to about a contract, each by a message of their own (R-CONTACT, R-NOTIFY, domain §12, §13)."""

from tallystick.contracts.models import Contract
from tallystick.contracts.policies import tool_of
from tallystick.contracts.sight import sights_of
from tallystick.contracts.states import COMMITMENT_KINDS
from tallystick.directory.models import Person, Project
from tallystick.notifications.actions import Recipient


def contacts_of(contract: Contract) -> list[Recipient]:
    """The active claim contacts, by name."""
    found = (
        contract.claim_contacts.filter(person__is_active=True)
        .select_related("person__login")
        .order_by("person__name", "pk")
    )
    return [Recipient.of_person(contact.person) for contact in found]


def listed_people(project: Project) -> list[Person]:
    """The active people of the project's distribution list, by name."""
    people = Person.objects.filter(distributions__project=project, is_active=True)
    return list(people.select_related("login").order_by("name", "pk"))


def distribution_of(contract: Contract) -> list[Recipient]:
    """The people of the distribution list who see this contract: nobody learns of a private one by being on the
    list. It is for what comes in, so nobody is told of a contract with the client."""
    if contract.kind not in COMMITMENT_KINDS:
        return []
    people = listed_people(contract.project)
    sights = sights_of(contract.project, people, tool_of(contract.kind))
    return [Recipient.of_person(person) for person in people if sights[person.pk].sees(contract)]
