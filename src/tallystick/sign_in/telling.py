"""Telling somebody by mail that their way of signing in was changed."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from tallystick.core import clock
from tallystick.core.dates import format_instant
from tallystick.core.ids import new_id
from tallystick.directory.models import Login, Person
from tallystick.notifications.actions import Recipient, notify
from tallystick.notifications.models import AddressState


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a request comes from: the network, what the browser calls itself, and both in words."""

    network: str
    agent: str = ""
    words: str = ""

    @property
    def place(self) -> str:
        """As mails say it."""
        return f"{self.words}, {self.network}" if self.words else self.network


def written_to(login: Login) -> Person | None:
    """As whom the log-in is written to; None: it has no place anywhere any more, so there is nothing to sign in to."""
    people = list(Person.objects.filter(login=login, is_active=True).select_related("account").order_by("pk"))
    silent = set(
        AddressState.objects.filter(address__iexact=login.email).values_list("account_id", flat=True)
    )
    return next((person for person in people if person.account_id not in silent), next(iter(people), None))


def tell(login: Login, what: str, visit: Visit) -> None:
    """Mail what was changed, in the transaction of the change. ``what`` is a sentence."""
    person = written_to(login)
    if person is None:
        return
    account = person.account
    occasion = f"sign-in:{login.pk}:{new_id()}"
    notify(
        "sign_in.changed",
        account=account,
        to=[Recipient(login.email, person.name, person, login)],
        key=occasion,
        thread=occasion,
        path=reverse("own-sign-in"),
        values={
            "what": what,
            "when": format_instant(clock.now(), account.time_zone, account.locale, with_zone=True),
            "place": visit.place,
        },
    )
