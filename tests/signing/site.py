"""A building site for stories about signatures: certified claims, each with a claim contact of its own."""

from __future__ import annotations

from uuid import UUID

from tallystick.access.actor import Actor
from tallystick.claims.models import Claim
from tallystick.directory.models import Person
from tallystick.runs.engine import run_inline
from tallystick.runs.models import Run
from tallystick.runs.states import RunState
from tallystick.signing.collecting import collect_waiting
from tallystick.signing.models import Envelope, ProjectSigning
from tallystick.signing.news import fetch_due, reconcile
from tallystick.signing.requesting import Requested, request_signatures
from tallystick.signing.sending import send_waiting
from tallystick.signing.taking_back import expire_due, remind_due, void_waiting
from tests import factories as make
from tests.documents.site import Site
from tests.signing.standin import provider as standin


class SigningSite(Site):
    """``claim()`` makes a certified claim of $10,000.00; its contact signs."""

    def ready(self, number: str = "", *, contacts: int = 1, certify: bool = True, **contract) -> Claim:
        """A claim on a contract with so many claim contacts."""
        claim = self.claim(number, certify=certify, **contract)
        for _ in range(contacts):
            make.make_claim_contact(claim.contract)
        return Claim.objects.select_related("contract__project__account", "contract__company", "period").get(
            pk=claim.pk
        )

    def choose(self, **chosen) -> None:
        """How the project has its claims signed."""
        ProjectSigning.objects.update_or_create(project=self.project, defaults=chosen)

    def use_elsewhere(self, **chosen) -> None:
        """By the stand-in."""
        self.choose(provider=standin.NAME, **chosen)

    def ask(self, *claims: Claim, by: Actor | None = None, **more) -> Requested:
        """Ask for signatures; nothing is sent yet."""
        return request_signatures(by or self.admin, self.project, [claim.pk for claim in claims], **more)

    def send(self, *claims: Claim, **more) -> Run:
        """Ask, and let the worker send."""
        run = run_inline(self.ask(*claims, **more).run)
        assert run.state == RunState.SUCCEEDED, run.problem
        return run


def envelope_of(claim: Claim) -> Envelope:
    """The claim's latest."""
    return (
        Envelope.objects.filter(claim=claim)
        .select_related("claim__contract__project__account", "document", "signed_file")
        .order_by("-pk")[0]
    )


def contact_of(claim: Claim, place: int = 0) -> Person:
    """A claim contact of the claim's contract, in the order in which they were added."""
    return claim.contract.claim_contacts.order_by("pk").select_related("person__login")[place].person


def work() -> None:
    """What a worker's chores do in a round."""
    send_waiting()
    void_waiting()
    fetch_due()
    reconcile()
    collect_waiting()
    remind_due()
    expire_due()


def key(claim: Claim) -> UUID:
    return envelope_of(claim).key
