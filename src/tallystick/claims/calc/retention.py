"""Retention by the contract's rules: rates, the cap and the sliding scale, spread over the lines (domain §6.6, §16.4).

*Base* is what retention is a percentage of: work or new materials of this period, never what was retained on before
(W8). Rules look at what the whole contract holds; a limit that fills is spread pro rata by largest remainder, so
that the lines sum to it to the cent (W14, W16).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tallystick.claims.calc.terms import ContractTerms, LineKey
from tallystick.core.arithmetic import BASIS_POINTS, allocate, round_half_up


@dataclass(frozen=True, slots=True)
class ContractStanding:
    """What limits are measured against: sums of the schedule, and what is held before the rules are asked."""

    original_sum: int
    revised_sum: int
    held: int


def automatic_retention(
    contract: ContractTerms,
    standing: ContractStanding,
    keys: Sequence[LineKey],
    work: Sequence[int],
    materials: Sequence[int],
) -> tuple[list[int], list[int]]:
    """What the rules retain on each line's work and new materials, given as bases in minor units.

    ``keys`` decide who gets a cent that can't be split, so that the order of the lines changes nothing.

    Credit lines (negative bases) lower the retention in the same proportion. A cap that is already exceeded
    retains nothing; it never gives back, since a release is somebody's decision.
    """
    if contract.sliding:
        amounts = _by_sliding_scale(contract, standing, keys, [*work, *materials])
    else:
        amounts = _at_rate(work, contract.work_retention_bp)
        amounts += _at_rate(materials, contract.materials_retention_bp)
    amounts = _capped(contract, standing, keys, amounts)
    return amounts[: len(work)], amounts[len(work) :]


def _at_rate(bases: Sequence[int], rate_bp: int) -> list[int]:
    return [round_half_up(base * rate_bp, BASIS_POINTS) if base else 0 for base in bases]


def _capped(
    contract: ContractTerms, standing: ContractStanding, keys: Sequence[LineKey], amounts: list[int]
) -> list[int]:
    cap = contract.cap.amount(standing.original_sum, standing.revised_sum)
    wanted = sum(amounts)
    if cap is None or wanted <= 0 or standing.held + wanted <= cap:
        return amounts
    return _spread(max(0, cap - standing.held), amounts, keys)


def _by_sliding_scale(
    contract: ContractTerms, standing: ContractStanding, keys: Sequence[LineKey], bases: list[int]
) -> list[int]:
    """Walk the rules in order; a rule that fills leaves the rest of the work to the next one."""
    taken = [0] * len(bases)
    held = standing.held
    for rule in contract.sliding:
        limit = rule.limit.amount(standing.original_sum, standing.revised_sum)
        if limit is not None and held >= limit:
            continue
        wanted = _at_rate(bases, rule.rate_bp)
        total = sum(wanted)
        if limit is None or held + total <= limit:
            return _added(taken, wanted)
        room = limit - held
        taken = _added(taken, _spread(room, wanted, keys))
        held = limit
        used = round_half_up(room * BASIS_POINTS, rule.rate_bp)
        bases = _spread(max(0, sum(bases) - used), bases, keys)
    if sum(bases) < 0:
        # Every rule is full, and credits outweigh the work: they lower retention by the rule that was last in force.
        return _added(taken, _at_rate(bases, contract.sliding[-1].rate_bp))
    return taken


def _spread(total: int, weights: list[int], keys: Sequence[LineKey]) -> list[int]:
    """Largest remainder, a tie going to the smaller key instead of to the earlier line."""

    def by_key(index: int) -> tuple[int, str]:
        text = str(keys[index % len(keys)])
        return len(text), text  # numbers in their order

    order = sorted(range(len(weights)), key=by_key)
    parts = [0] * len(weights)
    for index, part in zip(order, allocate(total, [weights[index] for index in order]), strict=True):
        parts[index] = part
    return parts


def _added(left: list[int], right: list[int]) -> list[int]:
    return [one + other for one, other in zip(left, right, strict=True)]


def reversal(base: int, to_date: int, held: int) -> tuple[int, int]:
    """Split a base that takes back earlier progress: retention given back, and the base left for the rules.

    Taking back work of earlier claims gives back what is in fact held on it, in proportion; so taking back all of it
    leaves nothing held, whatever rates, caps or releases there were.

    >>> reversal(-5_000_00, 20_000_00, 2_000_00)
    (-50000, 0)
    """
    if not base or not to_date or (base < 0) == (to_date < 0):
        return 0, base
    part = base if abs(base) <= abs(to_date) else -to_date
    return round_half_up(held * part, to_date), base - part
