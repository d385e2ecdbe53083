"""The weekly digest for the distribution list: what of the open period is not finished (domain §12, §13, row 10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from tallystick.claims.models import Claim
from tallystick.claims.states import UNFINISHED, ClaimStatus
from tallystick.contracts.recipients import listed_people
from tallystick.contracts.sight import sights_of
from tallystick.contracts.states import CLAIMABLE, COMMITMENT_KINDS
from tallystick.core.dates import format_date, format_range
from tallystick.core.money import format_money
from tallystick.core.text import plural
from tallystick.directory.models import Project
from tallystick.notifications.actions import Recipient, notify
from tallystick.notifications.rendering import Item
from tallystick.periods.models import BillingPeriod, Invite, InviteAnswer, PeriodStatus
from tallystick.terms import Dictionary

MOST_LISTED = 200
ORDER = (ClaimStatus.UNDER_REVIEW, ClaimStatus.REVISE_AND_RESUBMIT, ClaimStatus.DRAFT)
"""What waits for the reader comes first."""

NO_ANSWER = "Invited, not answered"


def send_digest(project: Project, today: date) -> int:
    """Write to each person of the list what they may see of it; nobody is written to of nothing. How many were."""
    people = listed_people(project)
    period = BillingPeriod.objects.filter(project=project, status=PeriodStatus.OPEN).first()
    if not people or period is None:
        return 0
    claims, invites = _claims(period), _unanswered(period)
    sights = sights_of(project, people)
    written = 0
    for person in people:
        sight = sights[person.pk]
        seen = [claim for claim in claims if sight.sees(claim.contract)]
        silent = [invite for invite in invites if sight.sees(invite.contract)]
        if seen or silent:
            written += _tell(project, period, Recipient.of_person(person), seen, silent, today=today)
    return written


def _claims(period: BillingPeriod) -> list[Claim]:
    found = Claim.objects.filter(
        period=period, deleted_at=None, status__in=UNFINISHED, contract__kind__in=COMMITMENT_KINDS
    ).select_related("contract__company")
    return sorted(found, key=lambda claim: (ORDER.index(ClaimStatus(claim.status)), claim.contract.number))


def _unanswered(period: BillingPeriod) -> list[Invite]:
    claims = Claim.objects.filter(period=period, deleted_at=None, contract=OuterRef("contract"))
    found = Invite.objects.filter(
        period=period, answer=InviteAnswer.NONE, contract__status__in=CLAIMABLE
    ).exclude(Exists(claims))
    return list(found.select_related("contract__company").order_by("contract__number"))


def _tell(
    project: Project,
    period: BillingPeriod,
    to: Recipient,
    claims: Sequence[Claim],
    invites: Sequence[Invite],
    *,
    today: date,
) -> int:
    def items(words: Dictionary) -> list[Item]:
        listed = [_claim(claim, words) for claim in claims] + [_invite(invite) for invite in invites]
        more = len(listed) - MOST_LISTED
        return listed[:MOST_LISTED] + ([Item(f"And {more:,} more")] if more > 0 else [])

    return len(
        notify(
            "claims.digest",
            account=project.account,
            project=project,
            to=[to],
            key=f"digest:{project.pk}:{today.isoformat()}",
            thread=f"digest:{project.pk}",
            path=reverse("claims", args=[project.pk]),
            values={
                "project": f"{project.number} {project.name}",
                "summary": _summary(claims, invites),
                "period": lambda words: format_range(period.start, period.end, words.locale.code),
                "due": lambda words: format_date(period.due, words.locale.code),
                "unfinished": items,
            },
        )
    )


def _summary(claims: Sequence[Claim], invites: Sequence[Invite]) -> str:
    numbers = {status: sum(claim.status == status for claim in claims) for status in ORDER}
    parts = [
        (numbers[ClaimStatus.UNDER_REVIEW], "under review"),
        (numbers[ClaimStatus.REVISE_AND_RESUBMIT], "to be revised"),
    ]
    told = [f"{number:,} {what}" for number, what in parts if number]
    if drafts := numbers[ClaimStatus.DRAFT]:
        told.append(plural(drafts, "draft"))
    if invites:
        told.append(f"{len(invites):,} not answered")
    return ", ".join(told)


def _claim(claim: Claim, words: Dictionary) -> Item:
    amount = format_money(claim.claimed_this_period, claim.contract.currency, words.locale.code)
    return Item(
        words.text("{contract}, {claim:short} {number}", contract=claim.contract, number=claim.number),
        f"{claim.contract.company.name}: {words.text('{bill:past} {amount}', amount=amount)}",
        path=reverse("claim", args=[claim.pk]),
        group=ClaimStatus(claim.status).label,
    )


def _invite(invite: Invite) -> Item:
    contract = invite.contract
    path = reverse("contract", args=[contract.pk])
    return Item(str(contract), contract.company.name, path=path, group=NO_ANSWER)
