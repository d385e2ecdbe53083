"""Digests that tell whether a paper would look different now, without making it.

A claim's lines are covered by the claim's version, which goes up with every write; everything else that the
paper shows is in the fingerprint itself.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from tallystick.claims.models import Claim
from tallystick.documents.words import dictionary_of

LAYOUT = 2
"""Goes up when the papers are drawn differently, so that nothing old is given out as new."""


def digest(value: Any) -> str:
    """The sha256 of a value's JSON, keys sorted."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def claim_fingerprint(claim: Claim, facts: dict[str, Any], attached: Sequence[str]) -> str:
    """Of the claim's own paper. ``facts`` are those in force, ``attached`` the names of its papers."""
    dictionary = dictionary_of(claim.contract.project)
    return digest(
        [
            LAYOUT,
            dictionary.point_of_view.value,
            dictionary.locale.code,
            claim.contract.currency,
            claim.contract.project.time_zone,
            claim.pk,
            claim.version,
            claim.paid,
            facts,
            list(attached),
        ]
    )
