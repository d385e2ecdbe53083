"""How far a line is at the end of a billing period. Whole numbers of percent, as subcontractors claim them."""

from hashlib import sha256

from tallystick.core.arithmetic import apply_rate, round_half_up
from tallystick.demo.content.commitments import Commitment
from tallystick.demo.content.schedules import WHOLE


def dice(*what: object) -> int:
    """A number from 0 to 2³²−1 that depends on nothing but what it is for."""
    return int.from_bytes(sha256("/".join(map(str, what)).encode()).digest()[:4], "big")


def elapsed(commitment: Commitment, period: int) -> int:
    """Thousandths of the contract's time on site that are over at the end of the period."""
    months = commitment.last - commitment.first + 1
    return max(0, min(WHOLE, (period - commitment.first + 1) * WHOLE // months))


def percent_done(commitment: Commitment, item: str, starts: int, ends: int, period: int) -> int:
    """The share of a line that is done, 0 to 100 in steps of five; never less than a period before."""
    best = 0
    for earlier in range(commitment.first, period + 1):
        best = max(best, _percent(commitment, item, starts, ends, earlier))
    return best


def _percent(commitment: Commitment, item: str, starts: int, ends: int, period: int) -> int:
    now = elapsed(commitment, period)
    if now >= ends:
        return 100
    if now <= starts:
        return 0
    share = (now - starts) * 100 // (ends - starts) + dice(commitment.number, item, period) % 17 - 8
    return max(0, min(95, share // 5 * 5))


def amount_done(scheduled: int, percent: int) -> int:
    """The amount to date, to the cent; the whole of it at 100 %."""
    return apply_rate(scheduled, percent * 100)


def quantity_done(scheduled: int, percent: int) -> int:
    """The quantity to date, whole units only, as they are counted on site."""
    if percent == 100:
        return scheduled
    return round_half_up(scheduled * percent, 100 * 10_000) * 10_000
