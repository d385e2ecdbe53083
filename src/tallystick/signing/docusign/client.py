"""The REST API v2.1, as much of it as Tallystick uses; every call typed, timed, and its errors classified (esign §1.3).

A call waits while the account's limit is used up, without asking. A token that is not taken is refreshed once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tallystick.core import clock
from tallystick.core.dates import format_instant
from tallystick.signing.docusign import oauth
from tallystick.signing.docusign.models import DocusignConnection
from tallystick.signing.docusign.problems import LimitReached, TokenRefused, check, of_transport, used_up
from tallystick.signing.docusign.tokens import access_token, refused_again
from tallystick.signing.seam import AnswerLost, Unavailable

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger("tallystick.signing.docusign")

TIMEOUT, CONNECT = 60.0, 5.0
PAGE = 100
MOST_PAGES = 200
LARGEST_DOWNLOAD = 200 * 1024 * 1024

Json = dict[str, Any]


class Client:
    """Calls in the name of one connection."""

    def __init__(self, connection: DocusignConnection) -> None:
        self._connection = connection
        self._root = (
            f"{oauth.trusted(connection.base_uri)}/restapi/v2.1/accounts/{connection.docusign_account_id}"
        )

    # --- envelopes --------------------------------------------------------------------------------------------

    def create_envelope(self, definition: Json) -> str:
        """Make an envelope, and send it where its status says so; its id."""
        made = self._json("POST", "/envelopes", definition)
        envelope_id = made.get("envelopeId")
        if not isinstance(envelope_id, str) or not envelope_id:
            raise AnswerLost("DocuSign’s answer named no envelope. It is looked up.")
        return envelope_id

    def by_transaction(self, transaction_id: str) -> list[Json]:
        """The envelopes that were made with our id."""
        found = self._json(
            "GET", "/envelopes", query={"transaction_ids": transaction_id, "include": "custom_fields"}
        )
        return _envelopes(found)

    def statuses(self, envelope_ids: Sequence[str]) -> list[Json]:
        """Status and moments of these, without their recipients; unknown ones are left out."""
        found = self._json(
            "PUT",
            "/envelopes/status",
            {"envelopeIds": list(envelope_ids)},
            query={"envelope_ids": "request_body"},
        )
        return _envelopes(found)

    def details(self, envelope_ids: Sequence[str]) -> list[Json]:
        """These with their recipients, in one call."""
        query = {
            "envelope_ids": ",".join(envelope_ids),
            "include": "recipients,custom_fields",
            "count": str(PAGE),
        }
        return _envelopes(self._json("GET", "/envelopes", query=query))

    def changed_since(self, since: datetime) -> Iterator[Json]:
        """Every envelope whose status changed since, with recipients, page by page."""
        position = 0
        for _ in range(MOST_PAGES):
            query = {
                "from_date": since.astimezone(UTC).isoformat(),
                "from_to_status": "changed",
                "include": "recipients,custom_fields",
                "count": str(PAGE),
                "start_position": str(position),
            }
            page = self._json("GET", "/envelopes", query=query)
            found = _envelopes(page)
            yield from found
            position += len(found)
            total = str(page.get("totalSetSize", "0"))
            if not found or not total.isdigit() or position >= int(total):
                return

    def void(self, envelope_id: str, reason: str) -> None:
        """Take back one that is in process."""
        body = {"status": "voided", "voidedReason": reason[:200]}
        self._json("PUT", f"/envelopes/{envelope_id}", body)

    def discard_draft(self, envelope_id: str) -> None:
        """Put one that was never sent into DocuSign's bin: a draft can't be voided."""
        self._json("PUT", "/folders/recyclebin", {"envelopeIds": [envelope_id]})

    def resend(self, envelope_id: str) -> None:
        """Ask those once more whose turn it is."""
        self._json("PUT", f"/envelopes/{envelope_id}", {}, query={"resend_envelope": "true"})

    # --- what was signed --------------------------------------------------------------------------------------

    def combined(self, envelope_id: str) -> bytes:
        """All documents as signed, with the certificate of completion at the end."""
        return self._bytes(f"/envelopes/{envelope_id}/documents/combined", {"certificate": "true"})

    def audit_events(self, envelope_id: str) -> Json:
        """What happened to it, as DocuSign recorded it."""
        return self._json("GET", f"/envelopes/{envelope_id}/audit_events")

    # --- DocuSign's own pages ---------------------------------------------------------------------------------

    def sender_view(self, envelope_id: str, return_url: str) -> str:
        """Where a draft is completed and sent; good for one visit within minutes."""
        return self._url(f"/envelopes/{envelope_id}/views/sender", return_url)

    def correct_view(self, envelope_id: str, return_url: str) -> str:
        """Where one that is out is corrected."""
        return self._url(f"/envelopes/{envelope_id}/views/correct", return_url)

    def _url(self, path: str, return_url: str) -> str:
        url = self._json("POST", path, {"returnUrl": return_url}).get("url")
        if not isinstance(url, str) or not oauth.is_docusign(url):
            raise AnswerLost("DocuSign gave no page. Try again in a moment.")
        return url

    # --- one call ---------------------------------------------------------------------------------------------

    def _json(
        self, method: str, path: str, body: Json | None = None, *, query: Mapping[str, str] | None = None
    ) -> Json:
        response = self._call(method, path, body, query or {})
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise AnswerLost("DocuSign’s answer could not be read. It is looked up.")
        return answer

    def _bytes(self, path: str, query: Mapping[str, str]) -> bytes:
        return self._call("GET", path, None, query).content

    def _call(self, method: str, path: str, body: Json | None, query: Mapping[str, str]) -> httpx.Response:
        self._keep_waiting()
        token = access_token(self._connection.pk)
        try:
            return self._once(method, path, body, query, token)
        except TokenRefused:
            again = access_token(self._connection.pk, refused=token)
        try:
            return self._once(method, path, body, query, again)
        except TokenRefused as problem:
            # A new token is refused as well: somebody has taken our rights away.
            raise refused_again(self._connection.pk, again) from problem

    def _once(
        self, method: str, path: str, body: Json | None, query: Mapping[str, str], token: str
    ) -> httpx.Response:
        import httpx  # not before it is needed: the web process starts without it

        doing = f"{method} {path}"
        with httpx.Client(
            timeout=httpx.Timeout(TIMEOUT, connect=CONNECT), follow_redirects=False, trust_env=False
        ) as http:
            try:
                with http.stream(
                    method,
                    self._root + path,
                    json=body,
                    params=dict(query),
                    headers={"Authorization": f"Bearer {token}"},
                ) as stream:
                    response = _read(stream)
            except httpx.HTTPError as problem:
                raise of_transport(problem, doing) from None
        try:
            check(response, doing)
        except LimitReached as problem:
            if problem.whole_account and problem.retry_at is not None:
                raise self._wait(problem.retry_at) from problem
            raise
        if until := used_up(response):
            self._note_waiting(until)
        return response

    # --- limits -----------------------------------------------------------------------------------------------

    def _keep_waiting(self) -> None:
        until = (
            DocusignConnection.objects.filter(pk=self._connection.pk)
            .values_list("waits_until", flat=True)
            .first()
        )
        if until is not None and until > clock.now():
            raise self._waiting(until)

    def _wait(self, until: datetime) -> Unavailable:
        self._note_waiting(until)
        return self._waiting(until)

    def _note_waiting(self, until: datetime) -> None:
        DocusignConnection.objects.filter(pk=self._connection.pk).update(waits_until=until)

    def _waiting(self, until: datetime) -> Unavailable:
        account = self._connection.account
        moment = format_instant(until, account.time_zone, account.locale)
        return Unavailable(f"DocuSign asks us to wait until {moment}. It goes on by itself then.", until)


def _read(stream: httpx.Response) -> httpx.Response:
    """The whole answer, as far as one of that size can be meant."""
    import httpx

    content = bytearray()
    for part in stream.iter_bytes():
        content += part
        if len(content) > LARGEST_DOWNLOAD:
            raise AnswerLost("DocuSign’s answer is larger than anything that was sent there.")
    kept = {
        name: value
        for name, value in stream.headers.items()
        if name not in ("content-encoding", "content-length", "transfer-encoding")
    }
    return httpx.Response(stream.status_code, headers=kept, content=bytes(content))


def _envelopes(answer: Json) -> list[Json]:
    """Asked by our ids, DocuSign answers with another list than by its own."""
    found = [*(answer.get("envelopes") or []), *(answer.get("envelopeTransactionStatuses") or [])]
    return [one for one in found if isinstance(one, dict) and isinstance(one.get("envelopeId"), str)]
