"""Where claimant and reviewer differ: work and materials of this period, line by line, as the paper tells it."""

from collections.abc import Sequence

from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.states import CERTIFIED, EDITABLE
from tallystick.documents import papers

_ENTRIES = ("work", "materials_previous", "materials_new")


def compared_on(claim: Claim) -> papers.Compared:
    """With what the paper compares the claimed amounts: what the reviewer proposed while the claim is with the
    claimant, what is assessed while it is under review, then what is certified."""
    if claim.status in EDITABLE:
        return "proposed"
    return "certified" if claim.status in CERTIFIED else "assessed"


def claimed_on(line: ClaimLine) -> int:
    """Work and materials of this period as claimed."""
    return _gross(line, "claimed") or 0


def accepted_on(line: ClaimLine, compared: papers.Compared) -> int | None:
    """The same as proposed, assessed or certified; None where there is no such amount."""
    return _gross(line, compared)


def is_told_apart(line: ClaimLine, compared: papers.Compared) -> bool:
    """Whether the line stands in the table of differences: amounts differ, or it is rejected without another."""
    accepted = accepted_on(line, compared)
    if accepted is not None and accepted != claimed_on(line):
        return True
    return line.review == LineReview.REJECTED and compared != "certified"


def differences_of(claim: Claim, lines: Sequence[ClaimLine]) -> papers.Differences | None:
    """The table of differences; None where claimant and reviewer agree on every line."""
    compared = compared_on(claim)
    apart = [line for line in lines if is_told_apart(line, compared)]
    if not apart:
        return None
    together = [line for line in lines if not is_told_apart(line, compared)]
    return papers.Differences(
        compared,
        tuple(_difference(line, compared) for line in apart),
        _sum("Lines without a difference", together, compared),
        _sum("Total", lines, compared),
    )


def _difference(line: ClaimLine, compared: papers.Compared) -> papers.Difference:
    accepted = accepted_on(line, compared)
    return papers.Difference(
        item=line.item_number,
        description=line.description,
        claimed=claimed_on(line),
        proposed=_gross(line, "proposed"),
        assessed=_gross(line, "assessed"),
        certified=_gross(line, "certified"),
        difference=None if accepted is None else accepted - claimed_on(line),
        reason=line.review_reason.strip() or "No reason is given.",
    )


def _sum(label: str, lines: Sequence[ClaimLine], compared: papers.Compared) -> papers.Difference:
    """A sum over lines; a line without a proposal counts as claimed."""

    def over(name: str) -> int:
        amounts = ((_gross(line, name), claimed_on(line)) for line in lines)
        return sum(claimed if amount is None else amount for amount, claimed in amounts)

    claimed = over("claimed")
    return papers.Difference(
        item="",
        description=label,
        claimed=claimed,
        proposed=over("proposed"),
        assessed=over("assessed"),
        certified=over("certified"),
        difference=over(compared) - claimed,
    )


def _gross(line: ClaimLine, entered: str) -> int | None:
    amounts = [getattr(line, f"{entered}_{name}") for name in _ENTRIES]
    return None if None in amounts else int(sum(amounts) - line.previous_materials)
