"""Reads for the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from tallystick.access.actor import Actor
from tallystick.directory.models import Account, Person
from tallystick.notifications.models import AddressState, Message
from tallystick.notifications.policies import visible_addresses, visible_to
from tallystick.notifications.states import MessageStatus


@dataclass(frozen=True, slots=True)
class OutboxFilters:
    """What of an outbox is wanted; empty means all."""

    status: str = ""
    kind: str = ""
    search: str = ""


def outbox(actor: Actor, account: Account, filters: OutboxFilters) -> QuerySet[Message]:
    """The account's messages, newest first, without their contents."""
    found = _narrowed(actor, account, filters)
    if filters.status:
        found = found.filter(status=filters.status)
    return (
        found.defer("text", "html", "headers")
        .select_related("person", "project")
        .order_by("-created_at", "-pk")
    )


def counts(actor: Actor, account: Account, filters: OutboxFilters) -> dict[str, int]:
    """Messages by status, as kind and search narrow them."""
    rows = _narrowed(actor, account, filters).order_by().values_list("status").annotate(number=Count("pk"))
    return {status.value: 0 for status in MessageStatus} | dict(rows)


def _narrowed(actor: Actor, account: Account, filters: OutboxFilters) -> QuerySet[Message]:
    found = visible_to(actor).filter(account=account)
    if filters.kind:
        found = found.filter(event=filters.kind)
    for word in filters.search.split():
        found = found.filter(
            _contains("name", word) | _contains("address", word) | _contains("subject", word)
        )
    return found


def _contains(field: str, word: str) -> Q:
    return Q(**{f"{field}__icontains": word})


def silent_people(account_id: int, people: Iterable[Person]) -> frozenset[int]:
    """Those of the people to whose address nothing is sent, by their ids; one query. The caller may see them."""
    addresses = {person.pk: person.email.lower() for person in people}
    states = AddressState.objects.filter(account_id=account_id, address__in=set(addresses.values()))
    silent = {address.lower() for address in states.values_list("address", flat=True)}
    return frozenset(pk for pk, address in addresses.items() if address in silent)


def troubled_addresses(actor: Actor, account: Account) -> list[AddressState]:
    """Addresses that take no mail, the newest first."""
    return list(visible_addresses(actor).filter(account=account).order_by("-since", "-pk"))
