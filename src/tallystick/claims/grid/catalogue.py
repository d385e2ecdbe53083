"""All columns that a claim's grid can have (domain §6.2), by its method, status and type."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from tallystick.claims import figures
from tallystick.claims.calc.lines import line_basis
from tallystick.claims.grid.columns import NOTHING, Column, Typing, Value
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.states import CERTIFIED, EDITABLE, ClaimStatus, ClaimType
from tallystick.contracts.states import AccountingMethod
from tallystick.core.money import rate_of
from tallystick.terms import text

LINE, WORK, MATERIALS, TO_DATE, REVIEW = "Line", "Work", "Materials", "To date", "Review"


def columns_of(claim: Claim, lines: Sequence[ClaimLine], typing: Typing = NOTHING) -> tuple[Column, ...]:
    """Every column that this claim can have; what it does not need is not shown at first."""
    shape = _Shape(claim, lines, typing)
    return (
        *_line(shape),
        *_work(shape),
        *_materials(shape),
        *_to_date(shape),
        *_retention(shape),
        *_review(shape),
    )


class _Shape:
    """What decides about columns."""

    def __init__(self, claim: Claim, lines: Sequence[ClaimLine], typing: Typing) -> None:
        status = ClaimStatus(claim.status)
        contract = claim.contract
        self.by_unit = contract.accounting_method == AccountingMethod.UNIT
        self.in_review = status not in EDITABLE
        self.certified = status in CERTIFIED
        self.release_only = claim.claim_type == ClaimType.RELEASE
        self.types_work = typing.entries and not self.release_only
        self.types_retention = typing.retention and not self.release_only
        self.types_release = typing.retention and claim.claim_type != ClaimType.WORK
        self.reviews = typing.review
        self.comments = typing.entries
        self.proposed = not self.in_review and any(line.proposed_work is not None for line in lines)
        self.in_store = any(line.previous_materials for line in lines)
        self.stored = self.in_store or any(line.materials_stored for line in lines)
        self.retains = contract.retain_work or any(
            line.work_retention_held or line.previous_work_retention or line.work_retention_this
            for line in lines
        )
        self.retains_materials = contract.retain_materials or any(
            line.materials_retention_held or line.previous_materials_retention for line in lines
        )
        self.marked = any(line.review != LineReview.NO_ACTION or line.review_reason for line in lines)
        self.commented = any(line.comment for line in lines)
        self.terms = figures.terms_of(contract)

    def rate_on(self, on: str) -> Value:
        """This period's retention as a percentage of what it is held on."""

        def rate(line: ClaimLine) -> int | None:
            base = getattr(line_basis(self.terms, figures.input_of(line)), f"{on}_base")
            return rate_of(getattr(line, f"{on}_retention_this"), base)

        return rate


def _money(key: str, label: str, name: str, section: str, **more: Any) -> Column:
    """A column of amounts, with subtotals; ``name`` is the line's."""
    more.setdefault("figure", name)
    return Column(key, label, "money", attrgetter(name), section=section, summed=True, **more)


def _plain(key: str, label: str, kind: str, name: str, section: str, **more: Any) -> Column:
    return Column(key, label, kind, attrgetter(name), section=section, **more)


def _line(shape: _Shape) -> list[Column]:
    columns = [
        _plain("item", "Item", "text", "item_number", LINE, width=72),
        _plain("cost_code", "Cost code", "text", "cost_code", LINE, shown=False),
        _plain("description", "Description", "text", "description", LINE, pinned=True, width=256),
    ]
    if shape.by_unit:
        columns += [
            _plain(
                "scheduled_quantity",
                "Qty",
                "quantity",
                "scheduled_quantity",
                LINE,
                figure="terms.scheduled_quantity",
            ),
            _plain("unit", "Unit", "text", "unit", LINE, width=64),
            _plain("unit_price", "Rate", "price", "unit_price", LINE, figure="unit_price"),
        ]
    return [*columns, _money("scheduled", "Scheduled value", "scheduled_value", LINE)]


def _work(shape: _Shape) -> list[Column]:
    columns = []
    if shape.by_unit:
        columns.append(
            _plain(
                "previous_quantity",
                "Previous qty",
                "quantity",
                "previous_quantity",
                WORK,
                figure="previous_quantity",
            )
        )
    columns.append(_money("previous", "Previous", "previous_work", WORK, hint="Work of earlier periods"))
    if shape.in_review:
        columns += _claimed(shape)
    if shape.proposed:
        columns += _proposed(shape)
    return [*columns, *_this_period(shape)]


def _claimed(shape: _Shape) -> list[Column]:
    label = text("{Bill:past}")
    kept = "claimed.materials_new"
    columns = [
        _money("claimed", label, "claimed_work", WORK, figure="claimed.work", shown=not shape.release_only),
        _money(
            "claimed_new",
            f"{label} new materials",
            "claimed_materials_new",
            MATERIALS,
            figure=kept,
            shown=False,
        ),
        Column(
            "cut",
            "Difference",
            "money",
            lambda line: line.assessed_work - line.claimed_work,
            "cut",
            hint="What was assessed, less what was asked for",
            section=WORK,
            summed=True,
            shown=False,
        ),
    ]
    if shape.by_unit:
        quantity = "claimed_quantity"
        columns.insert(
            0, _plain(quantity, f"{label} qty", "quantity", quantity, WORK, figure="claimed.quantity")
        )
    if shape.certified:
        columns.append(_money("assessed", "Assessed", "assessed_work", WORK, figure="work", shown=False))
    return columns


def _proposed(shape: _Shape) -> list[Column]:
    hint = "What the reviewer had assessed"
    columns = [
        _money("proposed", "Proposed", "proposed_work", WORK, figure="proposed.work", hint=hint, width=140)
    ]
    if shape.by_unit:
        name = "proposed_quantity"
        columns.insert(0, _plain(name, "Proposed qty", "quantity", name, WORK, figure="proposed.quantity"))
    return columns


def _this_period(shape: _Shape) -> list[Column]:
    label = "This period"
    if shape.in_review:
        label = "Certified" if shape.certified else "Assessed"
    columns = [
        _money(
            "work",
            label,
            "assessed_work",
            WORK,
            figure="work",
            is_input=shape.types_work and not shape.by_unit,
            hint="Work of this period: an amount, or a percentage of the scheduled value",
            shown=not shape.release_only,
        ),
        Column(
            "work_percent",
            f"{label} %",
            "percent",
            lambda line: rate_of(line.assessed_work, line.scheduled_value),
            "work_percent",
            shape.types_work,
            "Work of this period as a percentage of the scheduled value",
            WORK,
            summed=True,
            shown=False,
        ),
    ]
    if shape.by_unit:
        quantity = _plain(
            "quantity",
            "Qty this period",
            "quantity",
            "assessed_quantity",
            WORK,
            figure="quantity",
            is_input=shape.types_work,
            shown=not shape.release_only,
        )
        columns.insert(0, quantity)
    return columns


def _materials(shape: _Shape) -> list[Column]:
    wanted = (shape.stored or not shape.by_unit) and not shape.release_only
    typed = shape.types_work
    return [
        _money(
            "previous_materials",
            "Previous materials",
            "previous_materials",
            MATERIALS,
            hint="In store after the previous period",
            shown=False,
        ),
        _money(
            "left",
            "Still in store",
            "assessed_materials_previous",
            MATERIALS,
            figure="materials_previous",
            is_input=typed and shape.in_store,
            hint="What remains in store of materials from earlier periods",
            shown=shape.in_store and not shape.release_only,
        ),
        _money(
            "new",
            "New materials",
            "assessed_materials_new",
            MATERIALS,
            figure="materials_new",
            is_input=typed,
            hint="Materials that came into store in this period",
            shown=wanted,
        ),
        _money(
            "stored",
            "Materials stored",
            "materials_stored",
            MATERIALS,
            is_input=typed,
            hint="Presently stored: what remains and what came new",
            shown=False,
        ),
        _money(
            "moved",
            "Moved to work",
            "materials_moved",
            MATERIALS,
            hint="Materials from earlier periods that became work",
            shown=False,
        ),
    ]


def _to_date(shape: _Shape) -> list[Column]:
    typed = shape.types_work
    hint = "Total to date as a percentage of the scheduled value"
    gross = text("Work and materials of this period, before {retention}")
    net = text("This period after {retention}")
    return [
        _money("total", "Total to date", "total_completed", TO_DATE, is_input=typed and shape.by_unit),
        Column(
            "percent",
            "%",
            "percent",
            attrgetter("percent_bp"),
            "percent_bp",
            typed,
            hint,
            TO_DATE,
            summed=True,
        ),
        _money("balance", "Balance", "balance", TO_DATE),
        _money("gross", "Gross", "gross_this_period", TO_DATE, hint=gross, shown=False),
        _money("net", "Net", "net_this_period", TO_DATE, hint=net, shown=False),
    ]


def _retention(shape: _Shape) -> list[Column]:
    section = text("{Retention}")
    now = not shape.release_only
    return [
        *_retention_on("work", shape, section, shown=shape.retains, now=now),
        *_retention_on("materials", shape, section, shown=shape.retains_materials, now=now),
        Column(
            "held",
            text("{Retention} held"),
            "money",
            lambda line: line.work_retention_held + line.materials_retention_held,
            "retention_held",
            section=section,
            summed=True,
        ),
    ]


def _retention_on(on: str, shape: _Shape, section: str, *, shown: bool, now: bool) -> list[Column]:
    work = on == "work"
    of = "this period’s work" if work else "new materials"
    prefix = "" if work else "materials_"
    amount = f"An amount, or a percentage of {of}; empty for the contract’s rules"
    rate = f"A percentage of {of}; empty for the contract’s rules"
    return [
        _money(
            f"{prefix}held_before",
            "Held before" if work else "Held before on materials",
            f"previous_{on}_retention",
            section,
            hint="Held after the previous period",
            shown=shape.release_only and shown,
        ),
        _money(
            f"{prefix}retention",
            text("{Retention} this period" if work else "{Retention} on materials"),
            f"{on}_retention_this",
            section,
            is_input=shape.types_retention,
            hint=amount,
            shown=shown and now,
        ),
        Column(
            f"{prefix}retention_rate",
            text("{Retention} %") if work else "% on materials",
            "percent",
            shape.rate_on(on),
            f"{on}_retention_rate_bp",
            shape.types_retention,
            rate,
            section,
            shown=False,
        ),
        _money(
            f"{prefix}released",
            "Released" if work else "Released on materials",
            f"{on}_retention_released",
            section,
            is_input=shape.types_release,
            hint="An amount, or a percentage of what is held",
            shown=shown,
        ),
        _money(f"{on}_held", f"Held on {on}", f"{on}_retention_held", section, shown=False),
    ]


def _review(shape: _Shape) -> list[Column]:
    shown = shape.reviews or shape.marked
    hint = "Why less was assessed, for the other side to read"
    return [
        _plain(
            "review", "Review", "mark", "review", REVIEW, figure="review", is_input=shape.reviews, shown=shown
        ),
        _plain(
            "review_reason",
            "Reason",
            "words",
            "review_reason",
            REVIEW,
            figure="review_reason",
            is_input=shape.reviews,
            hint=hint,
            shown=shown,
        ),
        _plain(
            "comment",
            "Comment",
            "words",
            "comment",
            REVIEW,
            figure="comment",
            is_input=shape.comments,
            shown=shape.commented,
        ),
    ]
