"""From a claim's stored figures to those of its payment schedule.

Scheduled is what is stored as assessed. The claimant's side has the same retention rules applied to what was claimed:
it is the stored figures plus what the claimed entries make different, so that both sides stand on one calculation.
"""

from collections.abc import Sequence
from dataclasses import replace

from tallystick.claims import calc as claim_calc
from tallystick.claims.figures import input_of, terms_of
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.review.verdict import assessed_of, claimed_of
from tallystick.contracts.models import Variation
from tallystick.payment_schedules.calc import Figures, ScheduleLine, Side
from tallystick.terms.context import text


def figures_of(claim: Claim, lines: Sequence[ClaimLine]) -> Figures:
    """The figures of a claim that is under review or certified. ``lines`` come with their ``sov_line``."""
    terms = terms_of(claim.contract)
    assessed = [input_of(line) for line in lines]
    by_rule = [_by_rule(one) for one in assessed]
    previous = claim.previous_certificates
    rule_figures = claim_calc.calculate(terms, by_rule, previous_certificates=previous)
    headings = _headings(claim, lines)
    rows = tuple(_line(line, rule, headings) for line, rule in zip(lines, rule_figures.lines, strict=True))
    scheduled = Side(
        work=claim.assessed_this_period,
        retention=claim.retention_this_period,
        released=claim.retention_released,
        due=claim.payment_due,
        tax=claim.tax,
        total=claim.payment_due_with_tax,
    )
    adjustment = scheduled.due - (scheduled.work - scheduled.retention + scheduled.released)
    if not any(row.difference or row.holds_more for row in rows):
        return Figures(scheduled, scheduled, adjustment, rows)
    as_assessed = claim_calc.calculate(terms, assessed, previous_certificates=previous)
    entries = [
        _as_claimed(line, one, of_rule, row)
        for line, one, of_rule, row in zip(lines, assessed, by_rule, rows, strict=True)
    ]
    as_claimed = claim_calc.calculate(terms, entries, previous_certificates=previous)
    return Figures(_shifted(scheduled, as_assessed, as_claimed), scheduled, adjustment, rows)


def _by_rule(one: claim_calc.LineInput) -> claim_calc.LineInput:
    """The same line with its retention left to the contract's rules."""
    automatic = claim_calc.RetentionEntry.AUTOMATIC
    entry = replace(
        one.entry,
        work_retention_entry=automatic,
        work_retention=0,
        materials_retention_entry=automatic,
        materials_retention=0,
    )
    return replace(one, entry=entry)


def _as_claimed(
    line: ClaimLine, one: claim_calc.LineInput, by_rule: claim_calc.LineInput, row: ScheduleLine
) -> claim_calc.LineInput:
    """The line as claimed; retention that was typed above the rules is no claimant's entry."""
    taken = by_rule if row.holds_more else one
    entry = replace(
        taken.entry,
        work=line.claimed_work,
        quantity=line.claimed_quantity,
        materials_previous=line.claimed_materials_previous,
        materials_new=line.claimed_materials_new,
    )
    return replace(taken, entry=entry)


def _shifted(scheduled: Side, assessed: claim_calc.ClaimFigures, claimed: claim_calc.ClaimFigures) -> Side:
    """The scheduled side, moved by what the claimed entries make different."""
    more_due = claimed.summary.payment_due - assessed.summary.payment_due
    more_tax = claimed.summary.tax - assessed.summary.tax
    return Side(
        work=scheduled.work + claimed.totals.gross_this_period - assessed.totals.gross_this_period,
        retention=scheduled.retention + claimed.totals.retention_this - assessed.totals.retention_this,
        released=scheduled.released + claimed.totals.retention_released - assessed.totals.retention_released,
        due=scheduled.due + more_due,
        tax=scheduled.tax + more_tax,
        total=scheduled.total + more_due + more_tax,
    )


def _line(line: ClaimLine, by_rule: claim_calc.LineFigures, headings: dict[int | None, str]) -> ScheduleLine:
    return ScheduleLine(
        id=line.pk,
        group=headings.get(line.sov_line.variation_id, ""),
        item=line.item_number,
        description=line.description,
        claimed=claimed_of(line),
        scheduled=assessed_of(line),
        rule_retention=by_rule.retention_this,
        retention=line.work_retention_this + line.materials_retention_this,
        reason=line.review_reason.strip(),
    )


def _headings(claim: Claim, lines: Sequence[ClaimLine]) -> dict[int | None, str]:
    """The headings of the variations' lines by their ids, as the claim's own paper names them; at most one query."""
    ids = {line.sov_line.variation_id for line in lines if line.sov_line.variation_id is not None}
    if not ids:
        return {}
    if claim.frozen is not None:
        known = {int(pk): facts for pk, facts in claim.frozen["variations"].items()}
    else:
        found = Variation.objects.filter(pk__in=ids).values("pk", "number", "title")
        known = {facts["pk"]: facts for facts in found}
    return {
        pk: f"{text('{Variation}')} {known[pk]['number']} · {known[pk]['title']}"
        if pk in known
        else text("{Variation}")
        for pk in ids
    }
