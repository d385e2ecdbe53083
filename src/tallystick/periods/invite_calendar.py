"""The due day of an invite as an entry for somebody's calendar (RFC 5545, 5546).

Every message about an invite carries the same entry. Its number grows with time, so that the latest message's entry
takes the place of the earlier ones, whatever has become of the due day.
"""

from __future__ import annotations

from datetime import date, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from tallystick.core import clock
from tallystick.core.dates import format_range
from tallystick.notifications.actions import MessageFile
from tallystick.periods.models import Invite
from tallystick.periods.wording import type_label
from tallystick.terms import text

if TYPE_CHECKING:  # not before it is needed: the web process starts without it
    from icalendar import Event, vCalAddress

REMINDER = timedelta(days=-2)


def due_entry(invite: Invite, due: date) -> MessageFile:
    """All day on the due day, with a reminder two days before. ``invite`` comes with period, contract and project.

    Its words are those in force; call it under the project's, since whoever gets the message may pass it on.
    """
    from icalendar import Alarm

    contract, project = invite.contract, invite.contract.project
    event = _event(invite, due)
    days = format_range(invite.period.start, invite.period.end, project.locale)
    event.add(
        "description",
        text(
            "{kind} for {days}, on {contract}.",
            kind=type_label(invite.claim_type),
            days=days,
            contract=f"{contract.number} {contract.title}",
        ),
    )
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", REMINDER)
    alarm.add("description", event["summary"])
    event.add_component(alarm)
    return _file(invite, event, "PUBLISH")


def withdrawn_entry(invite: Invite, due: date) -> MessageFile:
    """What takes the entry out of calendars again."""
    event = _event(invite, due)
    event.add("status", "CANCELLED")
    return _file(invite, event, "CANCEL")


def _event(invite: Invite, due: date) -> Event:
    from icalendar import Event

    contract, project = invite.contract, invite.contract.project
    now = clock.now()
    event = Event()
    event.add("uid", f"invite-{invite.pk}@{settings.MAIL_DOMAIN}")
    event.add("sequence", max(0, int((now - invite.first_sent_at).total_seconds())))
    event.add("dtstamp", now)
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    event.add(
        "summary",
        text("{Claim} due: {number}, {project}", number=contract.number, project=project.name),
    )
    event.add("organizer", _organizer(project.account.name))
    event.add("url", settings.PUBLIC_URL + reverse("contract", args=[contract.pk]))
    event.add("transp", "TRANSPARENT")  # a day on which something is due is not a busy one
    return event


def _organizer(name: str) -> vCalAddress:
    from icalendar import vCalAddress

    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = name
    return organizer


def _file(invite: Invite, event: Event, method: str) -> MessageFile:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Tallystick//Invites to bill//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    name = f"{invite.contract.number} due.ics"
    return MessageFile(name, "text/calendar", calendar.to_ical().decode(), method)
