"""Reading what a mail system says about a message that it could not deliver (RFC 3464, RFC 5965, and plain text).

Anybody may send such a thing, so nothing here trusts it: so many bytes, so many parts, no address out of it is used,
and whatever can't be read is no report. Knows no database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Parsed
from enum import Enum

from tallystick.core.text import clipped

MOST_BYTES = 128 * 1024
"""What is said of a delivery stands at the beginning; the copy of the message after it is of no use."""

MOST_PARTS = 40
MOST_TEXT = 16 * 1024


class Verdict(Enum):
    """What came of a message."""

    NO_SUCH_ADDRESS = "no such address"
    """For good, and nothing else would arrive there either."""
    REFUSED = "refused"
    """This message was not delivered and will not be; another one may be."""
    DELAYED = "delayed"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    """Its reader called it unwanted."""
    AUTOMATIC = "automatic"
    """A reply that no person wrote: away until Monday."""
    NO_REPORT = "no report"


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict, and what was said, on one line."""

    verdict: Verdict
    said: str = ""


# What a status of class 5 says about the message or the moment, not about the address (RFC 3463).
_ABOUT_THE_MESSAGE = re.compile(r"5\.(1\.[78]|2\.[234]|3\.\d+|6\.\d+|7\.\d+)$")
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_SAID = re.compile(
    r"\b([45][0-5]\d)[ -]+#?(?:([245]\.\d{1,3}\.\d{1,3})\b)?[^\n]*|#([45]\.\d{1,3}\.\d{1,3})\b[^\n]*"
)
_ABOUT_AN_ADDRESS = ("550", "551", "553", "556", "521", "554")
_UNKNOWN = re.compile(
    r"(?:no such (?:user|mailbox|address|recipient)|(?:user|recipient|mailbox|address)[^\n]{0,60}"
    r"(?:unknown|not found|does not exist|doesn't exist|unavailable)|unknown (?:user|recipient|mailbox)"
    r"|unrouteable address|host or domain name not found)[^\n]*",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"^-{2,}[^\n]*(?:copy of|original|below this line|returned message|undelivered message)|^(?:received|from):",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the copy of our own message begins: in it ``5.1.1`` may be the number of a line."""

_DAEMON = re.compile(r"mailer-daemon|postmaster|mail delivery (?:sub)?system", re.IGNORECASE)
_LINE = re.compile(r"^([A-Za-z-]{1,40}):[ \t]*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)


def read_report(content: bytes) -> Report:
    """What the mail system says. Never raises, whatever it is given."""
    try:
        return _read(message_from_bytes(content[:MOST_BYTES]))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The parser of the standard library knows several ways to fail over what somebody wrote to break it.
        return Report(Verdict.NO_REPORT)


def header_texts(content: bytes, names: tuple[str, ...]) -> Iterator[str]:
    """The values of headers of the mail itself, in the order of ``names``; none where they can't be read."""
    try:
        whole = message_from_bytes(
            content[:MOST_BYTES].partition(b"\n\n")[0].partition(b"\r\n\r\n")[0] + b"\n\n"
        )
        yield from [str(value)[:1000] for name in names for value in (whole.get_all(name) or [])]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return


def _read(whole: Parsed) -> Report:
    kind = whole.get_content_type()
    report_type = str(whole.get_param("report-type") or "").lower()
    if kind == "multipart/report" and report_type == "feedback-report":
        return _complaint(whole)
    for part in _parts(whole):
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            return _status(part)
    if _is_from_a_mail_system(whole):
        return _plain(whole)
    if _is_automatic(whole):
        return Report(Verdict.AUTOMATIC)
    return Report(Verdict.NO_REPORT)


def _parts(whole: Parsed) -> Iterator[Parsed]:
    for number, part in enumerate(whole.walk()):
        if number >= MOST_PARTS:
            return
        yield part


def _is_from_a_mail_system(whole: Parsed) -> bool:
    """An empty return path alone says nothing: replies of people who are away have it too."""
    return "X-Failed-Recipients" in whole or bool(_DAEMON.search(str(whole.get("From", ""))[:500]))


def _is_automatic(whole: Parsed) -> bool:
    submitted = str(whole.get("Auto-Submitted", "no")).strip().lower()
    precedence = str(whole.get("Precedence", "")).strip().lower()
    return (
        not submitted.startswith("no")
        or precedence in ("auto_reply", "bulk", "junk")
        or any(name in whole for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
    )


def _complaint(whole: Parsed) -> Report:
    for part in _parts(whole):
        if part.get_content_type() == "message/feedback-report":
            kind = dict(_fields(part)).get("feedback-type", "").lower()
            # "not-spam" and the like are no complaints.
            is_one = kind in ("abuse", "fraud", "opt-out", "virus")
            return Report(
                Verdict.COMPLAINT if is_one else Verdict.NO_REPORT, f"Feedback-Type: {clipped(kind, 60)}"
            )
    return Report(Verdict.NO_REPORT)


def _fields(part: Parsed) -> list[tuple[str, str]]:
    """The fields of a machine-readable part, in small letters, whichever way the parser understood it."""
    payload = part.get_payload()
    blocks = payload[:MOST_PARTS] if isinstance(payload, list) else [payload]
    texts = [block.as_string() if isinstance(block, Parsed) else str(block) for block in blocks]
    whole = "\n\n".join(texts)[:MOST_TEXT]
    return [(name.lower(), " ".join(value.split())) for name, value in _LINE.findall(whole)]


_RANK = {"failed": 0, "delayed": 1, "relayed": 2, "delivered": 2, "expanded": 2}


def _status(part: Parsed) -> Report:
    """Of several recipients (an alias that was followed) the one that fared worst."""
    found: list[dict[str, str]] = []
    for name, value in _fields(part):
        if name in ("final-recipient", "action") and (not found or name in found[-1]):
            found.append({})
        if found:
            found[-1].setdefault(name, value)
    known = [fields for fields in found if fields.get("action", "").lower() in _RANK]
    if not known:
        return Report(Verdict.NO_REPORT)
    worst = min(known, key=lambda fields: _RANK[fields["action"].lower()])
    diagnostic = worst.get("diagnostic-code", "").partition(";")[2].strip() or worst.get(
        "diagnostic-code", ""
    )
    status = worst.get("status", "")
    said = clipped(f"{status} {diagnostic}".strip() if status not in diagnostic else diagnostic, 500)
    action = worst["action"].lower()
    if action == "failed":
        return Report(_failed(status, diagnostic), said)
    return Report(Verdict.DELAYED if action == "delayed" else Verdict.DELIVERED, said)


def _failed(status: str, diagnostic: str) -> Verdict:
    """What a final failure means. What the server of the address said is more precise than ``5.0.0``."""
    told = _ENHANCED.search(status)
    code = told[1] if told else ""
    if not code or code == "5.0.0":
        more = _SAID.search(diagnostic)
        if more is None:
            return Verdict.NO_SUCH_ADDRESS if _UNKNOWN.search(diagnostic) else Verdict.REFUSED
        code = more[2] or more[3] or ""
        if not code:
            return Verdict.NO_SUCH_ADDRESS if more[1] in _ABOUT_AN_ADDRESS else Verdict.REFUSED
    if not code.startswith("5.") or _ABOUT_THE_MESSAGE.match(code):
        return Verdict.REFUSED  # class 4: tried for days, and given up
    return Verdict.NO_SUCH_ADDRESS


def _plain(whole: Parsed) -> Report:
    """A report in words. What it says is taken for final only where it quotes the server, or a known phrase."""
    text = _text(whole)
    said = _SAID.search(text)
    if said is not None:
        line = clipped(said[0], 500)
        if (said[1] or said[3] or "").startswith("4"):
            return Report(Verdict.DELAYED, line)
        return Report(_failed("", said[0]), line)
    unknown = _UNKNOWN.search(text)
    if unknown is not None:
        return Report(Verdict.NO_SUCH_ADDRESS, clipped(unknown[0], 500))
    return Report(Verdict.NO_REPORT)


def _text(whole: Parsed) -> str:
    for part in _parts(whole):
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(payload)
            text = text[:MOST_TEXT].replace("\r\n", "\n")
            copy = _COPY.search(text)
            return text[: copy.start()] if copy else text
    return ""
