"""The second button of a commitment's forms: save it, and send its link to the claim contacts (R-NOTIFY-1)."""

from __future__ import annotations

from tallystick.contracts.models import Contract
from tallystick.contracts.sending import send_contract
from tallystick.core.errors import BadInput, Refused
from tallystick.core.text import join_and
from tallystick.web.once import number_of
from tallystick.web.request import PageRequest

WANTED = "email"


def wants_sending(request: PageRequest) -> bool:
    """Whether the button was *Create & e-mail* or *Save & e-mail*."""
    return request.POST.get("then") == WANTED


def send_if_wanted(request: PageRequest, contract: Contract) -> str:
    """Send the link where that was the button; what to say of it. Raises ``BadInput`` where it can't be sent."""
    if not wants_sending(request):
        return ""
    try:
        return told(send_contract(request.actor, contract, once=number_of(request)))
    except Refused as problem:
        raise BadInput(str(problem)) from problem


def told(names: list[str]) -> str:
    """Who is written to; nothing new where the same form arrived a second time."""
    return f"An e-mail is on its way to {join_and(names)}." if names else "The e-mail is on its way already."
