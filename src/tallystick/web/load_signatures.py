"""Loading envelopes by their addresses: through the claims that the reader may see."""

from __future__ import annotations

from uuid import UUID

from tallystick.core.errors import NotFound
from tallystick.signing.models import Envelope
from tallystick.signing.policies import visible_to
from tallystick.signing.taking import loaded
from tallystick.web import load
from tallystick.web.request import PageRequest


def envelope_for(request: PageRequest, key: UUID) -> Envelope:
    """An envelope of a claim that the actor may see, with everything that its pages name."""
    found = loaded(visible_to(request.actor).filter(key=key)).prefetch_related("signers").first()
    if found is None:
        raise NotFound("There is no such request for a signature among those you may see.")
    load.enter_project(request, found.claim.contract.project)
    return found
