"""What was typed and ticked on the review page, read into marks (domain §6.4).

Every line of the page has its own fields: ``review-ID``, ``reason-ID``, ``comment-ID`` and the amounts as the grid
names them (``work-ID``, ``quantity-ID``, ``new-ID``, ``left-ID``). What is not other than it stands now is nobody's
change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.http import QueryDict

from tallystick.claims.entries import EntryEdit
from tallystick.claims.grid.typed import read_cells
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.review.marking import LONGEST_REASON, Mark
from tallystick.core.errors import BadInput
from tallystick.core.ids import number_in
from tallystick.core.money import format_money, format_quantity, parse_percent
from tallystick.terms import text

AMOUNTS = ("work", "quantity", "new", "left")
_ASSESSED = {
    "work": "assessed_work",
    "quantity": "assessed_quantity",
    "new": "assessed_materials_new",
    "left": "assessed_materials_previous",
}
SHARE, SHARE_FIELD = "share", "bulk_share"


def typed_fields(sent: QueryDict) -> dict[str, str]:
    """The fields of lines as they were sent, by name."""
    names = ("review", "reason", "comment", *AMOUNTS)
    return {
        name: str(value)
        for name, value in sent.items()
        if name.partition("-")[0] in names and number_in(name.partition("-")[2]) is not None
    }


def ticked(sent: QueryDict) -> list[int]:
    """Ids of the ticked lines."""
    return [number for value in sent.getlist("line") if (number := number_in(value)) is not None]


def read_marks(claim: Claim, lines: Iterable[ClaimLine], typed: Mapping[str, str]) -> list[Mark]:
    """A mark for every line on which something was typed. Raises ``BadInput`` (``fields`` by line and column)."""
    check_words(typed)
    by_id = {line.pk: line for line in lines}
    marks: dict[int, Mark] = {}
    cells: dict[int | str, dict[str, str]] = {}
    for name, value in typed.items():
        column, _, key = name.partition("-")
        line = by_id.get(int(key))
        if line is None:
            continue
        if column in AMOUNTS:
            if value.strip() != _shown(claim, line, column):
                cells.setdefault(line.pk, {})[column] = value
            continue
        changed = _changed(line, column, value)
        if changed is not None:
            marks[line.pk] = replace(marks.get(line.pk, Mark(line.pk)), **changed)
    for edit in read_cells(claim, by_id.values(), cells):
        amounts = {
            name: getattr(edit, name) for name in ("work", "quantity", "materials_previous", "materials_new")
        }
        marks[edit.line_id] = replace(marks.get(edit.line_id, Mark(edit.line_id)), **amounts)
    return list(marks.values())


def read_comments(lines: Iterable[ClaimLine], typed: Mapping[str, str]) -> list[EntryEdit]:
    """An edit for every line on which the claimant's comment is another one now."""
    check_words(typed)
    by_id = {line.pk: line for line in lines}
    return [
        EntryEdit(int(name.removeprefix("comment-")), comment=value.strip())
        for name, value in typed.items()
        if name.startswith("comment-")
        and int(name.removeprefix("comment-")) in by_id
        and by_id[int(name.removeprefix("comment-"))].comment != value.strip()
    ]


def in_bulk(do: str, ids: Iterable[int], sent: QueryDict, typed: Iterable[Mark]) -> list[Mark]:
    """What was typed, and the same said of every ticked line: approve, reject, share of what was claimed, clear."""
    marks = {mark.line_id: mark for mark in typed}
    reason = sent.get("bulk_reason", "").strip()
    check_words({"bulk_reason": reason})
    said: dict[str, Any] = {"reason": reason} if reason else {}
    if do == SHARE:
        said |= {"of_claimed_bp": _share(sent.get(SHARE_FIELD, "")), "review": LineReview.REJECTED}
    else:
        said["review"] = {
            "approve": LineReview.APPROVED,
            "reject": LineReview.REJECTED,
            "clear": LineReview.NO_ACTION,
        }[do]
    for line_id in ids:
        marks[line_id] = replace(marks.get(line_id, Mark(line_id)), **said)
    return list(marks.values())


def check_words(typed: Mapping[str, str]) -> None:
    """Raises ``BadInput`` for reasons and comments that are longer than what is kept."""
    told = f"This is too long. Keep it to {LONGEST_REASON:,} characters."
    long = [
        name
        for name, value in typed.items()
        if name.startswith(("reason-", "comment-", "bulk_reason")) and len(value.strip()) > LONGEST_REASON
    ]
    if long:
        raise BadInput(
            told, {f"line-{name.partition('-')[2]}:{name.partition('-')[0]}": told for name in long}
        )


def _share(typed: str) -> int:
    if not typed.strip():
        told = text("Type which percentage of what was {bill:past} is assessed, such as 80%.")
        raise BadInput(told, {SHARE_FIELD: told})
    return parse_percent(typed, minimum=0, maximum=10_000)


def _changed(line: ClaimLine, column: str, value: str) -> dict[str, Any] | None:
    if column == "review" and value in LineReview.values and value != line.review:
        return {"review": LineReview(value)}
    if column == "reason" and value.strip() != line.review_reason:
        return {"reason": value.strip()}
    return None


def _shown(claim: Claim, line: ClaimLine, column: str) -> str:
    amount = int(getattr(line, _ASSESSED[column]))
    if column == "quantity":
        return format_quantity(amount)
    return format_money(amount, claim.contract.currency, claim.contract.project.locale, symbol=False)
