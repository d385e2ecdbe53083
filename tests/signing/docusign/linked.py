"""An account with a connection to the stand-in, and what is sent over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
from reportlab.pdfgen.canvas import Canvas

from tallystick.access.actor import Actor
from tallystick.core import clock
from tallystick.directory.models import Account
from tallystick.signing.docusign import connecting, oauth
from tallystick.signing.docusign.models import DocusignConnection
from tallystick.signing.docusign.provider import DocusignProvider
from tallystick.signing.seam import Anchors, Document, SendRequest, Signer
from tallystick.signing.states import SigningRule
from tests.signing.docusign.stand_in import StandIn


@dataclass
class Linked:
    """The account and its administrator."""

    there: StandIn
    account: Account
    admin: Actor

    def connect(self) -> DocusignConnection:
        """Log in, as a browser does, and bring the code back."""
        attempt = oauth.Attempt.begin()
        given = httpx.get(oauth.log_in_url(attempt, self.there.redirect_uri))
        assert given.status_code == 302, given.text
        query = parse_qs(urlsplit(given.headers["Location"]).query)
        assert query["state"] == [attempt.state]
        return connecting.connect(
            self.admin, self.account, attempt, query["code"][0], self.there.redirect_uri
        )

    @property
    def connection(self) -> DocusignConnection:
        return DocusignConnection.objects.select_related("account").get(account=self.account)

    @property
    def provider(self) -> DocusignProvider:
        return DocusignProvider(self.account)

    def request(self, folder: Path, *emails: str, **chosen) -> SendRequest:
        """Something to be signed by these."""
        mark = uuid4().hex[:12]
        signers = tuple(
            Signer(
                str(number),
                email.partition("@")[0].title(),
                email,
                anchors=Anchors(
                    f"/sig-{mark}-{number}/", f"/name-{mark}-{number}/", f"/date-{mark}-{number}/"
                ),
            )
            for number, email in enumerate(emails or ("pat@apex.example",), start=101)
        )
        path = folder / f"{mark}.pdf"
        _draw(path, [text for one in signers for text in _texts(one.anchors)])
        key = uuid4()
        return SendRequest(
            key=key,
            subject="Please sign progress claim 4 of SC-012",
            message="Ann Admin asks you to sign it.",
            documents=(Document("Claim 4.pdf", path, "0" * 64, path.stat().st_size),),
            signers=signers,
            rule=SigningRule.ALL,
            expires_at=clock.now() + timedelta(days=30),
            remind_after_days=3,
            remind_every_days=3,
            labels={"tallystick_key": str(key), "number": "4"},
            **chosen,
        )


def _texts(anchors: Anchors) -> tuple[str, str, str]:
    return anchors.signature, anchors.name, anchors.date


def _draw(path: Path, anchors: list[str]) -> None:
    """A page with the anchors in white, as on the copy of a claim that goes out."""
    canvas = Canvas(str(path))
    canvas.drawString(72, 760, "Progress claim 4")
    canvas.setFillGray(1)
    canvas.setFont("Helvetica", 1)
    for number, text in enumerate(anchors):
        canvas.drawString(72, 600 - 30 * number, text)
    canvas.save()
