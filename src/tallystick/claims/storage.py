"""Loading a claim's rows for writing, and writing them back in bulk."""

from collections.abc import Sequence
from operator import attrgetter

from django.db import connections, router

from tallystick.access.actor import Actor
from tallystick.access.recording import record_in
from tallystick.audit.actions import Changes
from tallystick.claims.models import Claim, ClaimLine
from tallystick.core import clock
from tallystick.core.errors import NotFound, Stale
from tallystick.terms.context import text

_LINE_FIELDS = [f for f in ClaimLine._meta.concrete_fields if f.name not in ("id", "claim", "sov_line")]
_LINE_VALUES = attrgetter(*(f.attname for f in _LINE_FIELDS), "pk")


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
    """Write existing lines back by one prepared statement, run for each of them.

    Every column holds a plain number or text, so the values go to the database as they are: five times as fast
    as an upsert by the ORM, which builds some sixty parameters a row into the text of its statement.
    """
    database = connections[router.db_for_write(ClaimLine)]
    quote = database.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in _LINE_FIELDS)
    table, key = quote(ClaimLine._meta.db_table), quote("id")
    with database.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {columns} WHERE {key} = %s",  # noqa: S608 - names come from the model
            [_LINE_VALUES(line) for line in lines],
        )


def record_on(
    actor: Actor,
    name: str,
    claim: Claim,
    /,
    *,
    changes: Changes | None = None,
    **facts: object,
) -> None:
    """Record an event about the claim; ``facts`` fill its sentence, and one of them may be called ``name``."""
    record_in(claim.contract.project, actor, name, claim, changes=changes, facts=facts)
