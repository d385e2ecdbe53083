"""Loading messages and suppressed addresses: of accounts that the actor administers, and 404 for all others."""

from __future__ import annotations

from uuid import UUID

from tallystick.core.errors import NotFound
from tallystick.notifications.models import AddressState, Message
from tallystick.notifications.policies import visible_addresses, visible_to
from tallystick.web.load import enter_account
from tallystick.web.request import PageRequest


def message_for(request: PageRequest, message_id: UUID) -> Message:
    """A message, with its account, project, person and log-in at hand."""
    found = (
        visible_to(request.actor)
        .select_related("account", "project", "person__login", "login", "resend_of")
        .filter(pk=message_id)
        .first()
    )
    if found is None:
        raise NotFound("There is no such message among those you may see.")
    enter_account(request, found.account)
    return found


def address_for(request: PageRequest, address_id: int) -> AddressState:
    """An address that takes no mail."""
    found = visible_addresses(request.actor).select_related("account").filter(pk=address_id).first()
    if found is None:
        raise NotFound("There is no such address among those that take no mail. It may have been released.")
    enter_account(request, found.account)
    return found
