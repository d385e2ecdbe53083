"""What people are told by e-mail of invites to bill (R-INVITE-3, esign §7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.contracts.models import ClaimContact, Contract, PrivateListMember
from tallystick.core.dates import format_date, format_range
from tallystick.core.text import join_and
from tallystick.directory.models import Person, Project
from tallystick.notifications.actions import MessageFile, Notice, Recipient, notify_all, words_for
from tallystick.notifications.rendering import Fact, Value
from tallystick.periods.invite_calendar import due_entry, withdrawn_entry
from tallystick.periods.invite_links import answer_path
from tallystick.periods.models import Invite, InviteAnswer
from tallystick.periods.wording import type_label
from tallystick.terms import Dictionary, use


@dataclass(frozen=True, slots=True)
class Addressees:
    """Who is told of a contract's invite: its claim contacts are asked, others of its private list only told."""

    asked: tuple[Person, ...]
    told: tuple[Person, ...] = ()

    @property
    def names(self) -> str:
        """All of them, for the history."""
        return join_and([person.name for person in (*self.asked, *self.told)], limit=8)


def addressees_of(
    project: Project, contracts: Sequence[Contract], *, private_list: bool
) -> dict[int, Addressees]:
    """By the contract's id: its active claim contacts and, with ``private_list``, others of the contract company who
    are on its private list. Two queries at most."""
    of_them = Q(contract=contracts[0]) if len(contracts) == 1 else Q(contract__project=project)
    active = Q(person__is_active=True)
    asked: dict[int, list[Person]] = {}
    for contact in _by_name(ClaimContact.objects.filter(of_them & active)):
        asked.setdefault(contact.contract_id, []).append(contact.person)
    told: dict[int, list[Person]] = {}
    if private_list:
        employed = Q(person__company=F("contract__company"))
        for member in _by_name(PrivateListMember.objects.filter(of_them & active & employed)):
            if member.person not in asked.get(member.contract_id, ()):
                told.setdefault(member.contract_id, []).append(member.person)
    return {
        contract.pk: Addressees(tuple(asked.get(contract.pk, ())), tuple(told.get(contract.pk, ())))
        for contract in contracts
    }


def _by_name(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("person__login").order_by("person__name", "pk")


def tell_invited(
    actor: Actor,
    project: Project,
    invites: Sequence[Invite],
    addressees: Mapping[int, Addressees],
    due: Mapping[int, date],
) -> None:
    """Ask the claim contacts of each invite, and tell whoever else is to know; ``due`` is by the contract's id.

    Each invite comes with its period, and with its contract and company.
    """
    with use(words_for(project.account, project, None)):
        entries = {invite.pk: due_entry(invite, due[invite.contract_id]) for invite in invites}
    for event, notice in (("invite.sent", _question), ("invite.told", _copy)):
        notices = [
            notice(actor, invite, addressees[invite.contract_id], due[invite.contract_id], entries[invite.pk])
            for invite in invites
        ]
        notify_all(event, notices, account=project.account, project=project)


def _question(actor: Actor, invite: Invite, to: Addressees, due: date, entry: MessageFile) -> Notice:
    return Notice(
        to=[Recipient.of_person(person) for person in to.asked],
        key=f"invite:{invite.pk}:{invite.times_sent}",
        thread=thread_of(invite),
        path=_answer(invite, InviteAnswer.ACCEPTED),
        second_path=_answer(invite, InviteAnswer.DECLINED),
        values=_values(actor, invite, due),
        files=[entry],
    )


def _answer(invite: Invite, answer: InviteAnswer) -> Callable[[Recipient], str]:
    def path(to: Recipient) -> str:
        assert to.person is not None  # a claim contact is somebody of the directory
        return answer_path(invite, to.person, answer)

    return path


def _copy(actor: Actor, invite: Invite, to: Addressees, due: date, entry: MessageFile) -> Notice:
    names = join_and([person.name for person in to.asked], word="or", limit=4)
    return Notice(
        to=[Recipient.of_person(person) for person in to.told],
        key=f"invite:{invite.pk}:{invite.times_sent}",
        thread=thread_of(invite),
        path=reverse("contract", args=[invite.contract_id]),
        values=_values(actor, invite, due) | {"names": names},
        files=[entry],
    )


def tell_withdrawn(
    actor: Actor, project: Project, invites: Sequence[Invite], due: Mapping[int, date]
) -> None:
    """Tell whoever was asked and has not declined that nothing is asked any more, and clear their calendars."""
    waiting = [invite for invite in invites if invite.answer != InviteAnswer.DECLINED]
    if not waiting:
        return
    addressees = addressees_of(project, [invite.contract for invite in waiting], private_list=False)
    with use(words_for(project.account, project, None)):
        entries = {invite.pk: withdrawn_entry(invite, due[invite.contract_id]) for invite in waiting}
    notices = [
        Notice(
            to=[Recipient.of_person(person) for person in addressees[invite.contract_id].asked],
            key=f"invite:{invite.pk}",
            thread=thread_of(invite),
            path=reverse("contract", args=[invite.contract_id]),
            values=_values(actor, invite, due[invite.contract_id]),
            files=[entries[invite.pk]],
        )
        for invite in waiting
    ]
    notify_all("invite.withdrawn", notices, account=project.account, project=project)


def thread_of(invite: Invite) -> str:
    """The conversation that all messages about an invite are part of."""
    return f"invite:{invite.pk}"


def _values(actor: Actor, invite: Invite, due: date) -> dict[str, Value]:
    contract = invite.contract
    by = sender_of(actor, contract.project)
    return {
        "by": by,
        "company": contract.company.name,
        "contract": f"{contract.number} {contract.title}",
        "project": f"{contract.project.number} {contract.project.name}",
        "days": lambda words: format_range(invite.period.start, invite.period.end, words.locale.code),
        "message": contract.project.invite_message,
        "terms": lambda words: _facts(words, invite, by, due),
    }


def _facts(words: Dictionary, invite: Invite, by: str, due: date) -> list[Fact]:
    locale = words.locale.code
    return [
        Fact(words.cap("commitment"), f"{invite.contract.number} {invite.contract.title}"),
        Fact(words.text("{Claim} type"), type_label(invite.claim_type)),
        Fact(words.cap("billing_period"), format_range(invite.period.start, invite.period.end, locale)),
        Fact("Invited by", by),
        Fact("Due date", format_date(due, locale)),
    ]


def sender_of(actor: Actor, project: Project) -> str:
    """Who invites: the person, and the account itself where a schedule or the server's operator did."""
    return actor.name if actor.login_id is not None else project.account.name
