"""What a browser's session remembers between a question to a passkey and its answer. Each question is answered once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tallystick.core import clock
from tallystick.core.errors import BadInput

ASKED = "sign_in_passkey"
GOOD_FOR_SECONDS = 5 * 60
OVER = "The question to the passkey is over. Try it again."


def remember(request: HttpRequest, purpose: str, state: dict[str, Any]) -> None:
    """Keep the question; one that was kept before ends."""
    request.session[ASKED] = {"for": purpose, "state": state, "at": clock.now().timestamp()}


def take(request: HttpRequest, purpose: str) -> dict[str, Any]:
    """The question of this purpose, which is gone then. Raises ``BadInput``."""
    kept = request.session.pop(ASKED, None)
    if not kept or kept["for"] != purpose or clock.now().timestamp() - kept["at"] > GOOD_FOR_SECONDS:
        raise BadInput(OVER)
    state: dict[str, Any] = kept["state"]
    return state
