"""Handing one message to the mail server, and what its answers mean."""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from tallystick.core.text import clipped
from tallystick.notifications.dkim_signing import signed
from tallystick.notifications.models import Message
from tallystick.notifications.rendering import header

logger = logging.getLogger("tallystick.notifications")

SECONDS = 20.0
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


class Outcome(Enum):
    """What to do with the message now."""

    SENT = "sent"
    KEPT = "kept"
    LATER = "later"
    REFUSED = "refused"
    NO_SUCH_ADDRESS = "no such address"
    NO_SERVER = "no server"
    """The server could not be reached: none of the others needs to be tried now."""


class Step(Enum):
    """What the server was told last when it answered."""

    SENDER = "sender"
    ADDRESS = "address"
    CONTENT = "content"


WANTS_LOGIN = (530, 534, 535, 538)
ABOUT_THE_SENDER = ("5.1.7", "5.1.8")
"""RFC 3463: the address of the sender is what is wrong."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome, and what the server said."""

    outcome: Outcome
    said: str


class Email(EmailMultiAlternatives):
    """Mail whose calendar says by which method it is to be taken (RFC 6047)."""

    calendar_method = ""

    def message(self, **options: Any) -> Any:
        """The parts, ``method`` noted on the calendar among the alternatives."""
        whole: Any = super().message(**options)
        if self.calendar_method:
            for part in whole.walk():
                if part.get_content_type() == "text/calendar":
                    part.set_param("method", self.calendar_method)
        return whole


def as_email(message: Message) -> EmailMultiAlternatives:
    """The message with its headers: plain text, HTML as its twin, a calendar as a third, then the files (esign §7)."""
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    name = header(f"{message.account.name} (Tallystick)").replace('"', "'").replace("\\", " ")
    email = Email(
        message.subject,
        message.text,
        f'"{name}" <{sender}>',
        [message.address],
        headers=dict(message.headers),
    )
    email.attach_alternative(message.html, "text/html")
    for file in message.files:
        kept_as = file["media_type"]
        if file["method"]:
            email.calendar_method = file["method"]
            email.attach_alternative(file["text"], "text/calendar")
            kept_as = "application/ics"  # as a file only, so that no program enters it twice
        email.attach(header(file["name"], 100), file["text"].encode(), kept_as)
    return email


def envelope_sender(message: Message) -> str:
    """Where the mail system reports that a message could not be delivered; names the message where it can."""
    bounces = settings.MAIL_BOUNCES
    if not bounces:
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    local, _, domain = bounces.partition("@")
    return f"{local}+{message.pk}@{domain}"


class Folder:
    """No mail server is set: messages go to Django's backend, which writes each into the folder ``outbox``."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def deliver(self, message: Message, note: Callable[[], None]) -> Answer:
        """Write it into the folder."""
        note()
        email = as_email(message)
        email.connection = get_connection()
        try:
            email.send()
        except OSError as fault:
            return Answer(Outcome.LATER, f"The folder for messages can't be written: {fault}")
        if message.is_secret:
            # Nobody else can tell the person: a try-out has no mail server, and no page shows the content.
            logger.info("no mail server is set; for %s: %s", message.address, " ".join(message.text.split()))
        return Answer(
            Outcome.KEPT, "No mail server is set, so the message is kept here and in the outbox folder."
        )


class Server:
    """A connection to the mail server, made when the first message needs it and used for all of a round."""

    def __init__(self, described: dict[str, Any]) -> None:
        self.described = described
        self.smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        smtp, self.smtp = self.smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except (OSError, smtplib.SMTPException):
                smtp.close()

    def _connect(self) -> smtplib.SMTP:
        if self.smtp is not None:
            return self.smtp
        given = self.described
        host, port, security = given["host"], given["port"], given["security"]
        smtp: smtplib.SMTP
        if security == "tls":
            smtp = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
        else:
            smtp = smtplib.SMTP(host, port, timeout=SECONDS)
        try:
            smtp.ehlo()
            safe = security == "tls"
            if not safe and security != "none" and (smtp.has_extn("starttls") or security == "starttls"):
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
                safe = True
            if given["user"]:
                if not safe and host not in LOOPBACK:
                    raise smtplib.SMTPException(
                        "The mail server offers no encryption, so the password is not sent to it. Use smtps://."
                    )
                smtp.login(given["user"], given["password"])
        except BaseException:
            smtp.close()
            raise
        self.smtp = smtp
        return smtp

    def deliver(self, message: Message, note: Callable[[], None]) -> Answer:
        """Hand it over. ``note`` is called before the content goes out: from then on it may have arrived."""
        try:
            smtp = self._connect()
        except (OSError, smtplib.SMTPException) as fault:
            return Answer(Outcome.NO_SERVER, f"{_why_not(fault)}: {_said(fault)}")
        try:
            return self._hand_over(smtp, message, note)
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            self._close()
            return Answer(Outcome.LATER, f"The connection broke: {_said(fault)}")

    def _hand_over(self, smtp: smtplib.SMTP, message: Message, note: Callable[[], None]) -> Answer:
        try:
            address = _ascii(message.address)
            mime: Any = as_email(message).message()
            content = signed(mime.as_bytes(linesep="\r\n"))
        except (UnicodeError, ValueError) as fault:
            return Answer(Outcome.REFUSED, f"The address can't be used with this mail server: {fault}")
        step, (code, said) = Step.SENDER, smtp.mail(envelope_sender(message))
        if code in WANTS_LOGIN:
            self._close()
            return Answer(
                Outcome.NO_SERVER,
                f"The mail server wants a user and a password in TALLYSTICK_SMTP_URL: {_line(code, said)}",
            )
        if code == 250:
            step, (code, said) = Step.ADDRESS, smtp.rcpt(address)
            if code in (250, 251):
                note()
                step, (code, said) = Step.CONTENT, smtp.data(content)
                if code == 250:
                    return Answer(Outcome.SENT, _line(code, said))
        if code == 421:
            self._close()
        else:
            smtp.rset()
        return _refusal(code, said, step)


def transport() -> Folder | Server:
    """How messages leave this installation."""
    return Server(settings.MAIL_SERVER) if settings.MAIL_SERVER else Folder()


def _refusal(code: int, said: bytes, step: Step) -> Answer:
    """4xx is tried again. 5xx is for good: about the address (unknown, disabled, moved), or this message alone.

    What is said of the sender is no fault of whoever it was meant for.
    """
    line = _line(code, said)
    if code < 500:
        return Answer(Outcome.LATER, line)
    found = _STATUS.search(line)
    status = found[1] if found else ""
    if step is Step.SENDER or status in ABOUT_THE_SENDER:
        about_address = False
    elif status:
        about_address = status.startswith("5.1.") or status == "5.2.1"
    else:
        about_address = code in ((550, 551, 553, 554, 521, 556) if step is Step.ADDRESS else (550, 551, 553))
    return Answer(Outcome.NO_SUCH_ADDRESS if about_address else Outcome.REFUSED, line)


def _why_not(fault: Exception) -> str:
    """What is wrong with the server, for whoever runs this installation."""
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return "The mail server does not accept the user and password of TALLYSTICK_SMTP_URL"
    if isinstance(fault, ssl.SSLCertVerificationError):
        return "The certificate of the mail server is not to be trusted, so nothing was sent to it"
    if isinstance(fault, ssl.SSLError):
        return "The mail server does not speak TLS here"
    return "The mail server could not be used"


def _line(code: int, said: bytes) -> str:
    return clipped(f"{code} {said.decode('utf-8', 'replace')}", 500)


def _said(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        said = fault.smtp_error
        return _line(fault.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    return clipped(str(fault) or type(fault).__name__, 500)


def _ascii(address: str) -> str:
    local, _, domain = address.rpartition("@")
    local.encode("ascii")
    return f"{local}@{domain.encode('idna').decode()}"
