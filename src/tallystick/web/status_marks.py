"""The mark of every state that a list shows: tone and shape, so that states differ without colour too."""

from typing import NamedTuple


class Mark(NamedTuple):
    """Tone (a colour that means state) and the name of an icon."""

    tone: str
    icon: str


_UNKNOWN = Mark("neutral", "circle")

_MARKS = {
    "draft": Mark("neutral", "circle"),
    "under_review": Mark("info", "half"),
    "revise_and_resubmit": Mark("warn", "return"),
    "approved": Mark("ok", "check"),
    "approved_as_noted": Mark("ok", "check-note"),
    "pending_owner_approval": Mark("info", "clock"),
    "no_contacts": Mark("warn", "user"),
    "ssov_not_approved": Mark("warn", "sheet"),
    "not_invited": Mark("neutral", "circle-dashed"),
    "invited": Mark("neutral", "mail"),
    "accepted": Mark("info", "circle"),
    "declined": Mark("neutral", "ban"),
    "late": Mark("bad", "clock"),
    # contracts and changes to them
    "out_for_bid": Mark("info", "send"),
    "out_for_signature": Mark("info", "sign"),
    "complete": Mark("ok", "check-note"),
    "terminated": Mark("bad", "x-circle"),
    "void": Mark("neutral", "ban"),
    "pending": Mark("info", "half"),
    "rejected": Mark("bad", "return"),
    # payments
    "unpaid": Mark("neutral", "circle"),
    "part_paid": Mark("info", "half"),
    "paid": Mark("ok", "check"),
    "overpaid": Mark("warn", "warning"),
    # requests for signatures, and each signer
    "signature.unsigned": Mark("neutral", "circle-dashed"),
    "signature.out": Mark("info", "sign"),
    "signature.stuck": Mark("warn", "warning"),
    "signature.draft": Mark("neutral", "circle-dashed"),
    "signature.queued": Mark("neutral", "clock"),
    "signature.waiting": Mark("neutral", "clock"),
    "signature.sent": Mark("info", "sign"),
    "signature.bounced": Mark("bad", "warning"),
    "signature.viewed": Mark("info", "circle"),
    "signature.partially_signed": Mark("info", "half"),
    "signature.completed": Mark("ok", "check"),
    "signature.signed": Mark("ok", "check"),
    "signature.declined": Mark("bad", "ban"),
    "signature.voided": Mark("neutral", "return"),
    "signature.expired": Mark("warn", "clock"),
    "signature.failed": Mark("bad", "x-circle"),
    # periods
    "open": Mark("ok", "dot"),
    "closed": Mark("neutral", "lock"),
    # messages
    "queued": Mark("neutral", "clock"),
    "sending": Mark("info", "runs"),
    "sent": Mark("ok", "check"),
    "kept": Mark("neutral", "mail"),
    "given_up": Mark("bad", "x-circle"),
    "suppressed": Mark("neutral", "ban"),
    # runs
    "waiting": Mark("neutral", "clock"),
    "running": Mark("info", "runs"),
    "done": Mark("ok", "check"),
    "failed": Mark("bad", "warning"),
    "stopped": Mark("neutral", "ban"),
    "expired": Mark("neutral", "history"),
}


def mark_of(state: str) -> Mark:
    """The mark of a stored state's value (``under_review``); an unknown one gets the plain circle."""
    return _MARKS.get(state, _UNKNOWN)
