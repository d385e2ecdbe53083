"""Writing messages in the transaction of what they tell; a worker sends them (``sending``)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from tallystick.access.actor import Actor
from tallystick.access.entry import entry_path
from tallystick.access.levels import Level
from tallystick.audit.actions import record
from tallystick.core import clock
from tallystick.core.batches import batched
from tallystick.core.errors import NotFound
from tallystick.core.ids import new_id
from tallystick.directory.models import Account, Login, Person, Project
from tallystick.notifications.models import AddressState, Message
from tallystick.notifications.policies import can_resend, visible_addresses, visible_to
from tallystick.notifications.rendering import Value, header, render
from tallystick.notifications.rules import Rule, rule_for
from tallystick.notifications.states import AddressTrouble, MessageStatus
from tallystick.notifications.switches import sent_by, token_of, who_wants_none
from tallystick.terms import DEFAULT_LOCALE, Dictionary, resolve

SWITCHED_OFF = "The person has switched messages of this kind off."
BY = "Mail server"
AHEAD = timedelta(days=1)
"""How far what is only good for minutes goes ahead of everything else that waits."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to write to."""

    address: str
    name: str
    person: Person | None = None
    login: Login | None = None

    @classmethod
    def of_person(cls, person: Person) -> Recipient:
        """Somebody in the directory (load ``login`` with it)."""
        return cls(person.email, person.name, person, person.login)

    @classmethod
    def of_login(cls, login: Login, account: Account) -> Recipient:
        """Somebody who signs in; the person of the account's directory where there is one."""
        person = Person.objects.filter(account=account, login=login).first()
        return cls(login.email, login.name or (person.name if person else ""), person, login)

    @property
    def is_active(self) -> bool:
        """Whether anything may be told to them at all."""
        return (self.person is None or self.person.is_active) and (self.login is None or self.login.is_active)


Path = str | Callable[[Recipient], str]
"""Where a button leads. An address of a page is made a way in for whoever has a log-in (``access.entry``), with a
password or without; what a function answers for each recipient stands as it is."""


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file that a message carries, as text. ``method`` is a calendar's (``PUBLISH``, ``CANCEL``): mail programs then
    show the entry beside the message, and offer the file as well."""

    name: str
    media_type: str
    text: str
    method: str = ""


def notify(
    event: str,
    *,
    account: Account,
    to: Iterable[Recipient],
    key: str,
    thread: str,
    path: Path,
    values: Mapping[str, Value],
    project: Project | None = None,
    second_path: Path = "",
    files: Sequence[MessageFile] = (),
) -> list[Message]:
    """Write what ``event`` tells to each of ``to``, once: the same event, key and address again writes nothing.

    ``key`` names the occasion (``claim:7:v3``), ``thread`` the thing (``claim:7``: its messages form one
    conversation), ``path`` and ``second_path`` where the buttons lead. Deactivated people get nothing. What is not
    sent for another reason is kept with that reason. Call it in the transaction of what happened; nothing is sent
    before that commits.
    """
    notice = Notice(to, key, thread, path, values, second_path, files)
    written = notify_all(event, [notice], account=account, project=project)
    return list(Message.objects.filter(pk__in=written).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Notice:
    """One of several things that are told by messages of the same kind, to people of its own; as for ``notify``."""

    to: Iterable[Recipient]
    key: str
    thread: str
    path: Path
    values: Mapping[str, Value]
    second_path: Path = ""
    files: Sequence[MessageFile] = ()


@transaction.atomic
def notify_all(
    event: str, notices: Iterable[Notice], *, account: Account, project: Project | None = None
) -> list[UUID]:
    """Write what ``event`` tells of each of many things; ids of the messages. The queries grow only with what a
    statement can hold."""
    rule = rule_for(event)
    if not sent_by(project, rule):
        return []
    messages = {
        message.key: message
        for notice in notices
        for to in notice.to
        if to.is_active and to.address
        for message in [_message(rule, to, notice, account=account, project=project)]
    }
    for some in batched(messages):
        known = Message.objects.filter(account=account, key__in=some).values_list("key", flat=True)
        for key in known:
            del messages[key]
    silence = Silence.about(account.pk, rule, messages.values())
    for message in messages.values():
        _keep_back(message, rule, silence)
    # Two at the same moment: the second one's rows are not written, whoever commits first.
    Message.objects.bulk_create(messages.values(), ignore_conflicts=True)
    return [message.pk for message in messages.values()]


def _keep_back(message: Message, rule: Rule, silence: Silence) -> None:
    if reason := silence.of(message):
        message.status, message.reason = MessageStatus.SUPPRESSED, reason
        if rule.secret:
            message.text, message.html, message.files = "", "", []


@dataclass(frozen=True, slots=True)
class Silence:
    """Who of some people wants no messages of a kind, and which of their addresses take no mail, and why."""

    switched_off: frozenset[int]
    addresses: Mapping[str, str]

    @classmethod
    def about(cls, account_id: int, rule: Rule, messages: Collection[Message]) -> Silence:
        """What is known of whoever these messages are for."""
        people = {message.person_id for message in messages if message.person_id is not None}
        addresses: dict[str, str] = {}
        for some in batched({message.address for message in messages}):
            found = AddressState.objects.filter(account=account_id, address__in=some)
            addresses |= dict(found.values_list("address", "why"))
        return cls(who_wants_none(people, rule), addresses)

    def of(self, message: Message) -> str:
        """The reason for not sending it, as a sentence; empty where there is none."""
        if message.person is not None and not message.person.is_active:
            return f"{message.person.name} is not active in the directory any more."
        if message.login is not None and not message.login.is_active:
            return f"{message.name} can't sign in any more, so nothing is sent there."
        if message.person_id in self.switched_off:
            return SWITCHED_OFF
        why = self.addresses.get(message.address)
        return f"{message.address} takes no mail: {why}" if why else ""


def words_for(account: Account, project: Project | None, login: Login | None) -> Dictionary:
    """The words of somebody who reads alone: the person's, else the project's, else the account's (R-TERMS-3)."""
    return resolve(
        account=account.point_of_view,
        project=project.point_of_view if project else "",
        user=login.point_of_view if login else "",
        locale=(login.locale if login else "")
        or (project.locale if project else "")
        or account.locale
        or DEFAULT_LOCALE,
    )


def _message(
    rule: Rule, to: Recipient, notice: Notice, *, account: Account, project: Project | None
) -> Message:
    message = Message(
        id=new_id(),
        account=account,
        project=project,
        person=to.person,
        login=to.login,
        name=header(to.name),
        address=to.address.strip().lower(),
        event=rule.event,
        key=f"{rule.event}:{notice.key}:{hashlib.sha256(to.address.strip().lower().encode()).hexdigest()[:16]}",
        created_at=clock.now(),
        next_try_at=clock.now() - (AHEAD if rule.good_for else timedelta()),
    )
    unsubscribe = ""
    if rule.optional and to.person is not None:
        unsubscribe = settings.PUBLIC_URL + reverse("unsubscribe", args=[token_of(message.pk)])
    rendered = render(
        rule,
        words_for(account, project, to.login),
        notice.values,
        beginning=project.name if project else account.name,
        greeting=to.name,
        url=_url(notice.path, to),
        second_url=_url(notice.second_path, to),
        footer=f"Sent by Tallystick for {header(account.name)}.",
        unsubscribe_url=unsubscribe,
    )
    message.subject, message.text, message.html = rendered.subject, rendered.text, rendered.html
    message.headers = _headers(message, f"{account.pk}:{notice.thread}", unsubscribe)
    message.files = [asdict(file) for file in notice.files]
    return message


def _url(path: Path, to: Recipient) -> str:
    if callable(path):
        given = path(to)
    elif path and to.login is not None:
        given = entry_path(to.login, path)
    else:
        given = path
    return settings.PUBLIC_URL + given if given else ""


def _headers(message: Message, thread: str, unsubscribe: str) -> dict[str, str]:
    """The headers that belong to the message itself. The root of a conversation is a name, not a message."""
    domain = settings.MAIL_DOMAIN
    root = f"<thread-{hashlib.sha256(thread.encode()).hexdigest()[:24]}@{domain}>"
    headers = {
        "Message-ID": f"<{message.pk}@{domain}>",
        "In-Reply-To": root,
        "References": root,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if unsubscribe:
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def why_not(message: Message, rule: Rule) -> str:
    """The reason for not sending it, as a sentence; empty where there is none."""
    return Silence.about(message.account_id, rule, [message]).of(message)


@transaction.atomic
def suppress_address(
    account: Account, address: str, why: str, *, trouble: AddressTrouble = AddressTrouble.BOUNCED
) -> AddressState:
    """Send nothing to the address any more, and tell the account's administrators. Again changes nothing."""
    address = address.strip().lower()
    state, is_new = AddressState.objects.get_or_create(
        account=account, address=address, defaults={"why": why, "trouble": trouble, "since": clock.now()}
    )
    if not is_new:
        return state
    record(
        None,
        "address.suppressed",
        state,
        account_id=account.pk,
        actor_name=BY,
        facts={"why": why},
    )
    people = Person.objects.filter(
        account=account, is_active=True, account_membership__directory=Level.ADMIN
    ).select_related("login")
    notify(
        "address.suppressed",
        account=account,
        to=[Recipient.of_person(person) for person in people if person.email.lower() != address],
        key=f"address:{state.pk}",
        thread=f"address:{address}",
        path=reverse("outbox", args=[account.pk]),
        values={"address": address, "why": why},
    )
    return state


@transaction.atomic
def release_address(actor: Actor, state: AddressState) -> None:
    """Let mail go to the address again, by an administrator of the account."""
    if not visible_addresses(actor).filter(pk=state.pk).exists():
        raise NotFound("There is no such address among those that take no mail.")
    record(actor.login_id, "address.released", state, account_id=state.account_id, actor_name=actor.name)
    state.delete()


@transaction.atomic
def resend(actor: Actor, message: Message) -> Message:
    """Send the message again as a new one, to the address that the person has now. Raises ``Refused``."""
    found = (
        visible_to(actor)
        .select_related("person__login", "login", "account", "project")
        .select_for_update(of=("self",))
        .filter(pk=message.pk)
        .first()
    )
    if found is None:
        raise NotFound("There is no such message among those you may see.")
    can_resend(found).require()
    again = Message(
        id=new_id(),
        account=found.account,
        project=found.project,
        person=found.person,
        login=found.login,
        name=found.name,
        address=found.person.email.lower() if found.person else found.address,
        event=found.event,
        key=f"again:{found.pk}:{found.resent.count() + 1}",
        subject=found.subject,
        text=found.text,
        html=found.html,
        headers=found.headers,
        files=found.files,
        resend_of=found,
        created_at=clock.now(),
        next_try_at=clock.now(),
    )
    again.headers = {**found.headers, "Message-ID": f"<{again.pk}@{settings.MAIL_DOMAIN}>"}
    again.save(force_insert=True)
    record(
        actor.login_id,
        "message.resent",
        found,
        account_id=found.account_id,
        project_id=found.project_id,
        actor_name=actor.name,
    )
    return again
