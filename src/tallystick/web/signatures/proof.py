"""What a browser tells of somebody who signs: from where, by what program, and how they had proved who they are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tallystick.core import clock
from tallystick.notifications.models import Message
from tallystick.sign_in.states import Proof
from tallystick.signing.builtin.answering import Circumstances
from tallystick.web.request import PageRequest
from tallystick.web.sign_in.visits import network_of

_KEY = "came_in_by_code"
_HOW = "came_in"


def note_how(request: HttpRequest, how: Proof, code: str = "") -> None:
    """Remember in this session by what proof it was begun; by a mailed code, which one."""
    request.session[_HOW] = how.label
    request.session.pop(_KEY, None)
    if code:
        request.session[_KEY] = {"code": code, "at": clock.now().isoformat()}


def circumstances(request: PageRequest) -> Circumstances:
    """As evidence keeps it (esign §5)."""
    return Circumstances(network_of(request), request.headers.get("User-Agent", ""), _proof(request))


def _proof(request: PageRequest) -> dict[str, Any]:
    kept = request.session.get(_KEY)
    if not kept:
        how = request.session.get(_HOW, "")
        began = request.user.last_login if request.user.is_authenticated else None
        return {
            "said": f"signed in {how}"
            if how
            else "signed in with a password or by the company’s own sign-in",
            "at": began.isoformat() if began else "",
        }
    found = Message.objects.filter(
        key__startswith=f"sign_in.code:code:{kept['code']}:", login_id=request.actor.login_id or 0
    ).first()
    message = str(found.headers.get("Message-ID", "")) if found else ""
    return {
        "said": f"a code mailed to the address{f', message {message}' if message else ''}",
        "at": kept["at"],
        "message_id": message,
        "mail_server_said": found.last_answer if found else "",
    }
