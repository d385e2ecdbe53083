"""Sending a commitment's link to its claim contacts: *Create & e-mail*, *Save & e-mail* (R-NOTIFY-1; domain §13)."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.contracts.models import Contract
from tallystick.contracts.policies import can_administer
from tallystick.contracts.queries import sums_of
from tallystick.contracts.recipients import contacts_of
from tallystick.contracts.states import COMMITMENT_KINDS, ContractStatus
from tallystick.contracts.way_in import bring_in_claim_contact
from tallystick.contracts.writing import locked, record
from tallystick.core.dates import format_date
from tallystick.core.errors import ALLOWED, BadInput, Decision, Refused, refused
from tallystick.core.money import format_money
from tallystick.core.text import join_and
from tallystick.notifications.actions import notify
from tallystick.notifications.rendering import Fact
from tallystick.terms import Dictionary
from tallystick.terms.context import text


def can_send(actor: Actor, contract: Contract) -> Decision:
    """Send the commitment's link to its claim contacts: an administrator, where there is somebody to send it to."""
    decision = can_administer(actor, contract)
    if not decision:
        return decision
    if contract.kind not in COMMITMENT_KINDS:
        return refused(text("Only {commitments} are sent to {claim_contacts}; this is with the {client}."))
    if contract.status == ContractStatus.VOID:
        return refused("This contract is void, so there is nothing to do on it for anybody.")
    if not contract.claim_contacts.filter(person__is_active=True).exists():
        return refused(
            text("The {commitment} has no {claim_contact} to write to. Add one under People first.")
        )
    return ALLOWED


@transaction.atomic
def send_contract(actor: Actor, contract: Contract, *, once: str) -> list[str]:
    """Write to every active claim contact; the names of those who are told.

    ``once`` names this press of the button: the same again writes nothing, and names nobody.
    """
    contract = locked(actor, contract)
    can_send(actor, contract).require()
    project = contract.project
    written = notify(
        "contract.sent",
        account=project.account,
        project=project,
        to=contacts_of(contract),
        key=f"contract:{contract.pk}:{once}",
        thread=f"contract:{contract.pk}",
        path=reverse("contract", args=[contract.pk]),
        values={
            "by": actor.name,
            "contract": f"{contract.number} {contract.title}",
            "project": f"{project.number} {project.name}",
            "terms": lambda words: _terms(contract, words),
        },
    )
    names = [message.name for message in written]
    if names:
        record(actor, "contract.sent", contract, facts={"people": join_and(names)})
    return names


@transaction.atomic
def bring_in_default_contact(actor: Actor, contract: Contract) -> None:
    """Make the company's default contact a claim contact of a contract that was just created, so that it can be sent.

    Raises ``BadInput`` with what to do where the company has none, or the actor may not bring somebody in.
    """
    person = contract.company.default_contact
    if person is None or not person.is_active or person.company_id != contract.company_id:
        raise BadInput(
            text(
                "{company} has no default contact, so nobody would get the e-mail. Choose one on the company’s page, "
                "or create the {commitment} without an e-mail and add {a claim_contact} to it.",
                company=contract.company.name,
            ),
            {"company": "This company has no default contact to write to."},
        )
    try:
        bring_in_claim_contact(actor, contract, person)
    except Refused as problem:
        raise BadInput(
            text(
                "{person} can’t be made {a claim_contact} by you: {reason} Create the {commitment} without an e-mail.",
                person=person.name,
                reason=str(problem),
            )
        ) from problem


def _terms(contract: Contract, words: Dictionary) -> list[Fact]:
    locale = words.locale.code
    facts = [
        Fact(words.cap("commitment"), f"{contract.number} {contract.title}"),
        Fact("Company", contract.company.name),
        Fact("Sum", format_money(sums_of(contract).revised_sum, contract.currency, locale)),
        Fact("Status", contract.get_status_display()),
    ]
    if contract.contract_date:
        facts.insert(2, Fact("Date", format_date(contract.contract_date, locale)))
    return facts
