"""What DocuSign's errors mean, by their code and not by their HTTP status, which varies (esign §1.6)."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tallystick.core import clock
from tallystick.core.text import sentence
from tallystick.signing.seam import AnswerLost, ProviderProblem, RefusedByProvider, Unavailable

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger("tallystick.signing.docusign")

POLLING_GAP = timedelta(minutes=15)
BURST_PAUSE = timedelta(seconds=30)

ACCOUNT_LIMITS = frozenset({"hourly_apiinvocation_limit_exceeded", "burst_apiinvocation_limit_exceeded"})
ENVELOPE_LIMITS = frozenset(
    {
        "hourly_envelope_polling_limit_exceeded",
        "burst_envelope_polling_limit_exceeded",
        "hourly_apiinvocation_envelope_limit_exceeded",
        "burst_apiinvocation_envelope_limit_exceeded",
    }
)
LOG_IN_AGAIN = frozenset(
    {
        "authorization_invalid_token",
        "user_authentication_failed",
        "partner_authentication_failed",
        "invalid_token_format",
        "consent_required",
    }
)
ENDED = frozenset(
    {
        "envelope_cannot_void_invalid_state",
        "envelope_does_not_exist",
        "envelope_invalid_status",
        "envelope_has_been_voided",
    }
)
"""An envelope that is not in process any more: taking it back has nothing left to do."""


class TokenRefused(ProviderProblem):
    """The access token was not taken: it is refreshed once, and only then somebody has to log in again."""


class LimitReached(Unavailable):
    """A limit. With ``whole_account`` every other call would be refused as well, until ``retry_at``."""

    def __init__(self, message: str, retry_at: datetime, *, whole_account: bool) -> None:
        super().__init__(message, retry_at)
        self.whole_account = whole_account


class Refusal(RefusedByProvider):
    """No, for good, with DocuSign's own code."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Told:
    """What the body of an error says. ``code`` is in lower case."""

    code: str = ""
    message: str = ""


def told_by(response: httpx.Response) -> Told:
    """Code and message of an error, also of OAuth's; empty where the body is something else."""
    try:
        body = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return Told()
    if not isinstance(body, dict):
        return Told()
    code = body.get("errorCode") or body.get("error") or ""
    message = body.get("message") or body.get("error_description") or ""
    return Told(str(code).strip().casefold(), str(message).strip()[:500])


def check(response: httpx.Response, doing: str) -> None:
    """Raise the problem that an answer tells; nothing where it is a success. ``doing`` is for the log."""
    if response.is_success:
        return
    told = told_by(response)
    logger.warning(
        "%s: DocuSign answered %s %s, trace %s",
        doing,
        response.status_code,
        told.code or "without a code",
        response.headers.get("X-DocuSign-TraceToken", "-"),
    )
    raise _problem(response, told)


def _problem(response: httpx.Response, told: Told) -> ProviderProblem:
    status = response.status_code
    if told.code in ACCOUNT_LIMITS or told.code in ENVELOPE_LIMITS or status == 429:
        return _limit(response, told.code)
    if told.code in LOG_IN_AGAIN or status == 401:
        return TokenRefused("DocuSign does not take the log-in any more. Connect it again.")
    if status >= 500 or status < 400:
        return AnswerLost("DocuSign could not answer. It is looked up whether it arrived.")
    said = sentence(told.message) if told.message else "It gave no reason."
    return Refusal(f"DocuSign refused it: {said}", told.code)


def _limit(response: httpx.Response, code: str) -> LimitReached:
    now = clock.now()
    if code in ENVELOPE_LIMITS:
        until = now + (BURST_PAUSE if code.startswith("burst") else POLLING_GAP)
        return LimitReached("DocuSign asks us to look at this one later.", until, whole_account=False)
    if code.startswith("burst"):
        until = _after(response, now) or now + BURST_PAUSE
    else:
        until = _after(response, now) or reset_of(response, now) or _next_hour(now)
    return LimitReached("DocuSign asks us to wait: its limit of calls is reached.", until, whole_account=True)


def _after(response: httpx.Response, now: datetime) -> datetime | None:
    seconds = response.headers.get("Retry-After", "")
    if seconds.isascii() and seconds.isdigit() and len(seconds) <= 5:
        return now + timedelta(seconds=int(seconds))
    return None


def reset_of(response: httpx.Response, now: datetime) -> datetime | None:
    """When the hour's limit begins anew, as the header says in seconds since 1970; within reason."""
    text = response.headers.get("X-RateLimit-Reset", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return None
    until = datetime.fromtimestamp(int(text), UTC)
    return until if now < until <= now + timedelta(hours=2) else None


def _next_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def used_up(response: httpx.Response) -> datetime | None:
    """Until when nothing more should be asked, by the headers of an answer that still was a success."""
    now = clock.now()
    if response.headers.get("X-RateLimit-Remaining", "").strip() == "0":
        return reset_of(response, now) or _next_hour(now)
    if response.headers.get("X-BurstLimit-Remaining", "").strip() == "0":
        return now + BURST_PAUSE
    return None


def of_transport(problem: httpx.HTTPError, doing: str) -> ProviderProblem:
    """A call without an answer: certainly nothing happened, or nobody knows."""
    import httpx

    logger.warning("%s: no answer from DocuSign (%s)", doing, type(problem).__name__)
    if isinstance(problem, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Unavailable("DocuSign can't be reached just now. It is tried again by itself.")
    return AnswerLost("The connection to DocuSign broke off. It is looked up whether it arrived.")
