"""The chain of a contract's claims: what one ends with, the next one starts from (decisions, Claims)."""

from tallystick.access.actor import Actor
from tallystick.claims import calc, figures
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.states import UNFINISHED
from tallystick.claims.storage import lines_of, lock_claim, record_on, save_claim


def follow_previous(actor: Actor, claim: Claim) -> None:
    """Let the next claim's previous columns follow this one's figures, and so on down the chain.

    Called after every change to a claim; only claims that are not certified follow, and their history shows it.
    """
    later = (
        Claim.objects.filter(contract_id=claim.contract_id, deleted_at=None, number=claim.number + 1)
        .filter(status__in=UNFINISHED)
        .first()
    )
    if later is None:
        return
    later = lock_claim(later.pk)
    terms = figures.terms_of(claim.contract)
    lines = lines_of(later)
    states = figures.states_after(terms, lines_of(claim))
    changed = later.previous_certificates != claim.earned_less_retention
    for line in lines:
        state = states.get(line.sov_line_id, calc.NOTHING_YET)
        if state != figures.state_before(line):
            _follow_line(line, state)
            changed = True
    if not changed:
        return
    before = later.previous_certificates
    later.previous_certificates = claim.earned_less_retention
    figures.write_back(later, lines, figures.calculate(terms, later, lines))
    save_claim(later, lines)
    record_on(
        actor,
        "claim.previous_followed",
        later,
        previous=str(claim),
        changes={"previous_certificates": [before, later.previous_certificates]},
    )
    follow_previous(actor, later)


def _follow_line(line: ClaimLine, state: calc.LineState) -> None:
    """What nobody had touched of the earlier materials stays all of them."""
    for entered in ("claimed", "assessed"):
        column = f"{entered}_materials_previous"
        if getattr(line, column) == line.previous_materials:
            setattr(line, column, state.materials)
    figures.bring_forward(line, state)
