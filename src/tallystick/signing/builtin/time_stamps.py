"""Time stamps of an outside authority (RFC 3161), asked for over HTTP; only at the address that is set."""

from __future__ import annotations

import httpx
from asn1crypto import tsp
from pyhanko.sign.timestamps.api import TimeStamper

SECONDS = 15.0
LARGEST = 1 << 20


class NoTimeStamp(Exception):
    """The authority gave none; the document waits, and is never sealed without one (esign §5)."""


class SettingTimeStamper(TimeStamper):
    """Asks the authority at one URL. It follows no redirects, and reads no more than an answer can be."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask for one stamp."""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False) as client:
                answer = await client.post(self._url, content=req.dump(), headers=headers)
        except httpx.HTTPError as fault:
            raise NoTimeStamp(f"The time-stamp authority could not be reached: {fault}") from fault
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        if (
            answer.status_code != 200
            or kind != "application/timestamp-reply"
            or len(answer.content) > LARGEST
        ):
            raise NoTimeStamp(f"The time-stamp authority answered {answer.status_code} and no time stamp.")
        try:
            response = tsp.TimeStampResp.load(answer.content)
            granted = response["status"]["status"].native in ("granted", "granted_with_mods")
        except ValueError as fault:
            raise NoTimeStamp("The time-stamp authority’s answer can’t be read.") from fault
        if not granted:
            raise NoTimeStamp("The time-stamp authority refused the request.")
        return response
