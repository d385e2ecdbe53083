"""Loading envelopes by their addresses: through the claims that the reader may see."""

from __future__ import annotations

from uuid import UUID

from tallystick.core.errors import NotFound
from tallystick.signing.models import Envelope, EnvelopeSigner
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


def place_for(request: PageRequest, key: UUID) -> EnvelopeSigner | None:
    """The actor's own place in an envelope, with everything that the pages for signing name. ``None``: they see the
    claim, and are not asked. Whoever is asked comes in also when they may not see the claim any more, to be told so."""
    mine = EnvelopeSigner.objects.filter(
        envelope__key=key, person__login_id=request.actor.login_id or 0, person__is_active=True
    )
    found = mine.select_related("person__company", "builtin").first()
    if found is None:
        envelope_for(request, key)
        return None
    found.envelope = loaded(Envelope.objects.filter(key=key)).select_related("signed_file").get()
    load.enter_project(request, found.envelope.claim.contract.project)
    return found
