"""Sending a form twice makes one thing: a double click, a slow line, the Back button.

A form that creates something carries a number of its own (``{% once_field %}`` of ``{% load page %}``). What came of
it is written into the session in the same transaction as the thing itself, so that the second arrival, even one that
waited for the first, is led to the same place.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.db import transaction

from tallystick.web.forms import Form, problems_on
from tallystick.web.request import PageRequest

KEPT = 50
SESSION_KEY = "made_once"
FIELD = "once"


def new_number() -> str:
    """A number for one showing of a form."""
    return uuid4().hex


def number_of(request: PageRequest) -> str:
    """The number of the form that was sent; one that no other has where it carried none."""
    return request.POST.get(FIELD, "")[:40] or new_number()


def make_once(request: PageRequest, form: Form, make: Callable[[], str]) -> str | None:
    """Run ``make`` unless this very form was sent before; the address to go to either way.

    ``make`` performs the action and returns where its result can be seen. None: the form has problems now,
    and nothing was made.
    """
    number = request.POST.get(FIELD, "")[:40]
    if made := _made(request, number):
        return made
    with problems_on(form), transaction.atomic():
        address = make()
        if number:
            _remember(request, number, address)
        return address
    # Perhaps it was refused because the same form arrived a moment earlier and was first.
    made = _made(request, number, fresh=True)
    if made:
        return made
    return None


def _made(request: PageRequest, number: str, *, fresh: bool = False) -> str:
    if not number:
        return ""
    session = request.session
    if fresh and session.session_key:
        session = type(session)(session.session_key)
    return str(dict(session.get(SESSION_KEY, [])).get(number, ""))


def _remember(request: PageRequest, number: str, address: str) -> None:
    earlier = request.session.get(SESSION_KEY, [])
    request.session[SESSION_KEY] = [*earlier, [number, address]][-KEPT:]
    request.session.save()
