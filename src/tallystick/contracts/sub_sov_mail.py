"""The e-mail by which claim contacts learn that their breakdown was sent back (R-SSOV-1, R-NOTIFY-3; domain §13).

The request writes a run in its own transaction; a worker sends the mail, so that no request waits for a mail server
and nothing is sent about what was never committed.
"""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.contracts.models import Contract
from tallystick.core import clock
from tallystick.runs.actions import request_run
from tallystick.terms import Dictionary, resolve

logger = logging.getLogger("tallystick.contracts")

KIND = "sub_sov.sent_back"


def tell_contacts(actor: Actor, contract: Contract) -> None:
    """Have the contract's claim contacts told why their breakdown came back."""
    request_run(
        KIND,
        account_id=contract.project.account_id,
        project_id=contract.project_id,
        title=f"E-mail about {contract.number}",
        params={
            "contract": contract.pk,
            "reason": contract.sub_sov_reason,
            "by": actor.name,
            "at": clock.now().isoformat(),
        },
        asked_by_id=None,
    )


def send_to_contacts(contract_id: int, reason: str, by: str) -> int:
    """Write to every active claim contact by a message of their own; how many there are.

    Mail that can't be sent is logged and stops nothing: the reason stands on the page as well.
    """
    contract = Contract.objects.select_related("project__account").get(pk=contract_id)
    words = resolve(
        account=contract.project.account.point_of_view,
        project=contract.project.point_of_view,
        locale=contract.project.locale,
    )
    people = contract.claim_contacts.filter(person__is_active=True).order_by("person__name", "pk")
    addresses = list(people.values_list("person__email", "person__name"))
    subject = " ".join(_subject(contract, words).split())
    for address, name in addresses:
        try:
            EmailMessage(subject, _body(contract, words, name, reason, by), to=[address]).send()
        except (OSError, SMTPException):
            logger.exception("the mail about the breakdown of contract %s could not be sent", contract.pk)
    return len(addresses)


def _subject(contract: Contract, words: Dictionary) -> str:
    return words.text(
        "{project}: revise the {ssov} of {number}",
        project=contract.project.name,
        number=f"{contract.number} {contract.title}",
    )


def _body(contract: Contract, words: Dictionary, name: str, reason: str, by: str) -> str:
    return "\n".join(
        (
            f"{name},",
            "",
            words.text(
                "{by} has sent the {ssov} of {contract} in {project} back for revision:",
                by=by,
                contract=f"{contract.number} {contract.title}",
                project=f"{contract.project.number} {contract.project.name}",
            ),
            "",
            reason,
            "",
            words.text("Change it, and submit it again. {Claims} can be created once it is approved."),
            settings.PUBLIC_URL + reverse("sub-sov", args=[contract.pk]),
            "",
        )
    )
