"""The e-mail by which claim contacts learn that their breakdown was sent back (R-SSOV-1, R-NOTIFY-3; domain §13)."""

from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.audit.models import Event
from tallystick.contracts.models import Contract
from tallystick.contracts.recipients import contacts_of
from tallystick.notifications.actions import notify


def tell_contacts(actor: Actor, contract: Contract) -> None:
    """Write to every active claim contact why the breakdown came back; call it after the event was recorded."""
    events = Event.objects.filter(subject_type=contract._meta.label_lower, subject_id=str(contract.pk))
    notify(
        "sub_sov.sent_back",
        account=contract.project.account,
        project=contract.project,
        to=contacts_of(contract),
        key=f"contract:{contract.pk}:{events.count()}",
        thread=f"breakdown:{contract.pk}",
        path=reverse("sub-sov", args=[contract.pk]),
        values={
            "by": actor.name,
            "contract": f"{contract.number} {contract.title}",
            "project": f"{contract.project.number} {contract.project.name}",
            "reason": contract.sub_sov_reason,
        },
    )
