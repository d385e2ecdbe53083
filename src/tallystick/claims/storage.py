"""Loading a claim's rows for writing, and writing them in two statements whatever their number."""

from collections.abc import Sequence

from tallystick.access.actor import Actor
from tallystick.audit.actions import Changes, record
from tallystick.claims.models import Claim, ClaimLine
from tallystick.core import clock
from tallystick.core.errors import NotFound, Stale
from tallystick.terms.context import text

_LINE_COLUMNS = [f.name for f in ClaimLine._meta.concrete_fields if f.name not in ("id", "claim", "sov_line")]
BATCH = 400


def lock_claim(claim_id: int, *, version: int | None = None) -> Claim:
    """The claim, held until the transaction ends. With ``version``: ``Stale`` if it was written since."""
    claim = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("contract__project__account", "contract__company", "period")
        .filter(pk=claim_id, deleted_at=None)
        .first()
    )
    if claim is None:
        raise NotFound(text("This {claim} was deleted in the meantime."))
    if version is not None and claim.version != version:
        raise Stale(
            text("Somebody else changed this {claim} while you were working on it. ")
            + "Nothing of yours was saved yet: look at what changed, then save again."
        )
    return claim


def lines_of(claim: Claim) -> list[ClaimLine]:
    """All lines in the document's order, with their schedule of values lines; one query."""
    lines = list(ClaimLine.objects.filter(claim=claim).select_related("sov_line").order_by("position", "pk"))
    for line in lines:
        line.claim = claim
    return lines


def save_claim(claim: Claim) -> None:
    """Write the claim's row as its next version."""
    claim.version += 1
    claim.updated_at = clock.now()
    claim.save()


def save_lines(lines: Sequence[ClaimLine]) -> None:
    """Write existing lines back in few statements (an upsert: an UPDATE per row would take seconds)."""
    ClaimLine.objects.bulk_create(
        lines,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=_LINE_COLUMNS,
    )


def record_on(
    actor: Actor,
    name: str,
    claim: Claim,
    *,
    changes: Changes | None = None,
    **facts: object,
) -> None:
    """Record an event about the claim."""
    project = claim.contract.project
    record(
        actor.login_id,
        name,
        claim,
        account_id=project.account_id,
        project_id=project.pk,
        actor_name=actor.name,
        changes=changes,
        facts=facts,
    )
