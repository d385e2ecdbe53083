"""The e-mails about a breakdown (R-SSOV-1, R-NOTIFY-3; domain §7, §13, rows 4 to 6).

Contacts are told when they are asked for one and when it comes back, the distribution list when one comes in. Nobody
outside is told that an administrator wrote it for them, nor that it was approved, returned to draft or submitted.
"""

from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.audit.models import Event
from tallystick.contracts.models import Contract
from tallystick.contracts.recipients import contacts_of, distribution_of
from tallystick.contracts.states import SubSovStatus
from tallystick.core.money import format_money
from tallystick.notifications.actions import Recipient, notify
from tallystick.notifications.models import Message
from tallystick.notifications.rendering import Fact
from tallystick.terms import Dictionary


def tell_contacts(actor: Actor, contract: Contract) -> None:
    """Write to every active claim contact why the breakdown came back; call it after the event was recorded."""
    _tell("sub_sov.sent_back", actor, contract, contacts_of(contract), key=_step(contract))


def tell_distribution(actor: Actor, contract: Contract, source: SubSovStatus) -> None:
    """Write to the distribution list that a breakdown is to be reviewed; call it after the event was recorded."""
    again = source is SubSovStatus.REVISE_AND_RESUBMIT
    did = "revised and resubmitted" if again else "submitted for approval"
    _tell("sub_sov.submitted", actor, contract, distribution_of(contract), key=_step(contract), did=did)


def ask_contacts(actor: Actor, contract: Contract, once: str) -> list[Message]:
    """Ask every active claim contact to write the breakdown; the same ``once`` again writes nothing."""
    key = f"contract:{contract.pk}:{once}"
    return _tell("sub_sov.invited", actor, contract, contacts_of(contract), key=key)


def _step(contract: Contract) -> str:
    """Names this step of the contract's way: the number of events until now."""
    events = Event.objects.filter(subject_type=contract._meta.label_lower, subject_id=str(contract.pk))
    return f"contract:{contract.pk}:{events.count()}"


def _tell(
    event: str, actor: Actor, contract: Contract, to: list[Recipient], *, key: str, did: str = ""
) -> list[Message]:
    return notify(
        event,
        account=contract.project.account,
        project=contract.project,
        to=to,
        key=key,
        thread=f"breakdown:{contract.pk}",
        path=reverse("sub-sov", args=[contract.pk]),
        values={
            "by": actor.name,
            "contract": f"{contract.number} {contract.title}",
            "project": f"{contract.project.number} {contract.project.name}",
            "reason": contract.sub_sov_reason,
            "did": did,
            "terms": lambda words: _terms(contract, words),
        },
    )


def _terms(contract: Contract, words: Dictionary) -> list[Fact]:
    scheduled = sum(
        contract.lines.filter(variation=None, parent=None).values_list("scheduled_value", flat=True)
    )
    return [
        Fact(words.cap("commitment"), f"{contract.number} {contract.title}"),
        Fact("Company", contract.company.name),
        Fact("Scheduled", format_money(scheduled, contract.currency, words.locale.code)),
    ]
