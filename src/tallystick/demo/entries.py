"""What a subcontractor types into a claim, and what the reviewer makes of it. The figures are computed by the claim."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tallystick.claims.entries import EntryEdit
from tallystick.claims.models import ClaimLine
from tallystick.contracts.states import StoredMaterialsMode
from tallystick.core.arithmetic import round_half_up
from tallystick.demo.content.commitments import Commitment
from tallystick.demo.content.progress import amount_done, dice, percent_done, quantity_done
from tallystick.demo.letting import Let

_MATERIAL_WORDS = ("supply", "manufacture", "purchase", "extrusions", "fabricate", "cast panels", "ex works")
_FIFTY_DOLLARS = 50_00
_SMALL_VARIATION = 25_000_00
_HARDLY_WORTH_STORING = 5_000_00


def claimant_edits(let: Let, lines: Iterable[ClaimLine], period: int) -> list[EntryEdit]:
    """The edits that bring every line to where it is at the end of the period."""
    edits = []
    for line in lines:
        percent, text = _percent(let, line, period)
        if let.plan.released == period:
            edit = EntryEdit(line.pk, work_released=line.previous_work_retention // 2)
        elif line.unit:
            quantity = quantity_done(line.scheduled_quantity, percent) - line.previous_quantity
            edit = EntryEdit(line.pk, quantity=quantity)
        else:
            edit = _by_amount(let.plan, line, percent, text)
        if edit != EntryEdit(line.pk):
            edits.append(edit)
    return edits


def _percent(let: Let, line: ClaimLine, period: int) -> tuple[int, str]:
    if line.sov_line.variation_id is None:
        work = let.works[let.places[line.sov_line_id] - 1]
        return percent_done(let.plan, work.text, work.starts, work.ends, period), work.text
    if line.scheduled_value < _SMALL_VARIATION or not line.is_new_variation:
        return 100, ""
    return 60, ""


def _by_amount(plan: Commitment, line: ClaimLine, percent: int, text: str) -> EntryEdit:
    gross = amount_done(line.scheduled_value, percent) - line.previous_work - line.previous_materials
    mode = plan.retention.facts.get("stored_materials_mode")
    if mode is None or not _is_material(text):
        return EntryEdit(line.pk, work=gross or None)
    if mode == StoredMaterialsMode.MOVE:
        if percent < 100:
            return EntryEdit(line.pk, materials_new=gross or None)
        return EntryEdit(line.pk, work=gross or None)
    return _by_hand(line, gross, is_done=percent == 100)


def _by_hand(line: ClaimLine, gross: int, *, is_done: bool) -> EntryEdit:
    """Half of what is in store is built in every month; what is new goes into store until the line is done.

    What is made is not yet built in: materials stay in store after the line has been claimed in full.
    """
    stored = line.previous_materials
    half = round_half_up(stored, 2 * _FIFTY_DOLLARS) * _FIFTY_DOLLARS
    built_in = stored if is_done and stored < _HARDLY_WORTH_STORING else min(half, stored)
    if not gross and not built_in:
        return EntryEdit(line.pk)
    new = 0 if is_done else gross
    return EntryEdit(
        line.pk,
        work=built_in + gross - new,
        materials_previous=stored - built_in,
        materials_new=new,
        comment="In our store, insured and marked as yours; photographs attached." if new else None,
    )


def _is_material(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in _MATERIAL_WORDS)


@dataclass(frozen=True, slots=True)
class Objection:
    """A line that the reviewer does not take as claimed: what is proposed, in minor units, and why."""

    line: ClaimLine
    proposed: int
    reason: str


_REASONS = (
    "Not complete at the inspection of {day}: the {what} is still open. Claim the rest next month.",
    "Measured on site with your foreman on {day}; {percent} % is done.",
    "Defects 12 to 15 are outstanding. Half is held until they are closed out.",
    "No delivery dockets for this quantity. Send them and claim the balance next month.",
    "Test certificates are missing. The balance is payable once they are here.",
)


def objections(
    let: Let, lines: Iterable[ClaimLine], period: int, day: str, *, at_least: int = 0
) -> list[Objection]:
    """What the reviewer finds too much in this claim; mostly nothing."""
    candidates = [
        line
        for line in lines
        if not line.unit
        and line.claimed_work >= 8_000_00
        and line.sov_line.variation_id is None
        and line.claimed_materials_previous == line.previous_materials
    ]
    ranked = sorted(candidates, key=lambda line: dice(let.plan.number, line.description, period, "review"))
    wanted = max(at_least, {0: 2, 1: 1, 2: 1}.get(dice(let.plan.number, period, "strict") % 16, 0))
    return list(_objections(let, ranked[:wanted], period, day))


def _objections(let: Let, lines: list[ClaimLine], period: int, day: str) -> Iterator[Objection]:
    for line in lines:
        chance = dice(let.plan.number, line.description, period, "how much")
        percent = 50 + chance % 9 * 5
        proposed = line.claimed_work * percent // 100 // _FIFTY_DOLLARS * _FIFTY_DOLLARS
        of_scheduled = (line.previous_work + proposed) * 100 // line.scheduled_value
        what = line.description.split(": ")[-1].lower()
        reason = _REASONS[chance % len(_REASONS)].format(day=day, what=what, percent=of_scheduled)
        yield Objection(line, proposed, reason)
