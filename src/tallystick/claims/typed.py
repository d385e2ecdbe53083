"""What was typed into the cells of the grid, read into edits (domain §6.2, §6.6).

Cells are named by their column: ``work``, ``percent`` (of the total), ``quantity``, ``new`` and ``left`` (materials),
``retention``, ``released``, and for materials ``materials_retention``, ``materials_released``. A percentage is accepted
wherever it has a meaning; amounts are what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from tallystick.claims import calc, calc_entry, figures
from tallystick.claims.entries import EntryEdit
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.states import EDITABLE
from tallystick.contracts.states import AccountingMethod
from tallystick.core.errors import BadInput
from tallystick.core.money import (
    apply_rate,
    currency_exponent,
    is_percent,
    parse_money,
    parse_percent,
    parse_quantity,
)

Cells = Mapping[str, str]

COLUMNS = (
    "work",
    "percent",
    "quantity",
    "new",
    "left",
    "retention",
    "released",
    "materials_retention",
    "materials_released",
)


def read_cells(claim: Claim, lines: Iterable[ClaimLine], typed: Mapping[int, Cells]) -> list[EntryEdit]:
    """One edit for every line with typed cells; an empty cell is nought, or retention by the contract's rules.

    Raises ``BadInput`` with a sentence for every cell that can't be read, by ``line-ID:column``.
    """
    by_id = {line.pk: line for line in lines}
    terms = figures.terms_of(claim.contract)
    problems: dict[str, str] = {}
    edits = []
    for line_id, cells in typed.items():
        line = by_id.get(line_id)
        if line is None:
            edits.append(EntryEdit(line_id))  # saving says that the line is gone
            continue
        reader = _Reader(claim, line, terms)
        for column in COLUMNS:
            if column not in cells:
                continue
            try:
                reader.read(column, cells[column].strip())
            except BadInput as problem:
                problems[f"line-{line_id}:{column}"] = str(problem)
        edits.append(reader.edit)
    if problems:
        first = next(iter(problems))
        line_id = int(first.removeprefix("line-").partition(":")[0])
        raise BadInput(f"Line {by_id[line_id].item_number}: {problems[first]}", problems)
    return edits


def entered_as(claim: Claim) -> str:
    """Whose entries are typed now: ``claimed`` while the claimant works on it, ``assessed`` after that."""
    return "claimed" if claim.status in EDITABLE else "assessed"


class _Reader:
    """Reads the cells of one line, one after the other, since each may stand on those before it."""

    def __init__(self, claim: Claim, line: ClaimLine, terms: calc.ContractTerms) -> None:
        self.line = line
        self.terms = terms
        self.currency = claim.contract.currency
        self.exponent = currency_exponent(self.currency)
        self.by_unit = claim.contract.accounting_method == AccountingMethod.UNIT
        side = entered_as(claim)
        self.input = calc.LineInput(
            terms=calc.LineTerms(
                key=line.pk,
                scheduled_value=line.scheduled_value,
                scheduled_quantity=line.scheduled_quantity,
                unit_price=line.unit_price,
            ),
            previous=figures.state_before(line),
            entry=calc.LineEntry(
                work=getattr(line, f"{side}_work"),
                quantity=getattr(line, f"{side}_quantity"),
                materials_previous=getattr(line, f"{side}_materials_previous"),
                materials_new=getattr(line, f"{side}_materials_new"),
            ),
        )
        self.edit = EntryEdit(line.pk)
        self.worked = False

    def read(self, column: str, text: str) -> None:
        """Read one cell into the edit. Raises ``BadInput``."""
        if column.startswith("materials_"):
            self._read_retention("materials", column.removeprefix("materials_"), text)
        elif column in ("retention", "released"):
            self._read_retention("work", column, text)
        else:
            _READERS[column](self, text)

    def _work(self, text: str) -> None:
        if is_percent(text):
            self._worked(calc_entry.enter_work_percent(self.terms, self.input, parse_percent(text)))
        else:
            self._worked(calc_entry.enter_work(self.terms, self.input, self._amount(text)))

    def _percent(self, text: str) -> None:
        if not self.worked:  # an amount typed on the same line says more
            percent = parse_percent(text) if text else 0
            self._worked(calc_entry.enter_total_percent(self.terms, self.input, percent))

    def _quantity(self, text: str) -> None:
        quantity = parse_quantity(text) if text else 0
        self._worked(calc_entry.enter_quantity(self.terms, self.input, quantity))

    def _worked(self, entry: calc.LineEntry) -> None:
        self.worked = True
        self.input = replace(self.input, entry=entry)
        self._note(work=entry.work, **({"quantity": entry.quantity} if self.by_unit else {}))

    def _new(self, text: str) -> None:
        if is_percent(text):
            self._note(materials_new=apply_rate(self.line.scheduled_value, parse_percent(text)))
        else:
            self._note(materials_new=self._amount(text))

    def _left(self, text: str) -> None:
        self._note(materials_previous=self._amount(text))

    def _read_retention(self, on: str, column: str, text: str) -> None:
        if column == "released":
            releasable = getattr(self.line, f"{on}_retention_held") + getattr(
                self.line, f"{on}_retention_released"
            )
            amount = (
                apply_rate(releasable, parse_percent(text, minimum=0, maximum=10_000))
                if is_percent(text)
                else self._amount(text)
            )
            self._note(**{f"{on}_released": amount})
        elif not text:
            self._note(**{f"{on}_retention_automatic": True})
        elif is_percent(text):
            self._note(**{f"{on}_retention_bp": parse_percent(text, minimum=0, maximum=10_000)})
        else:
            self._note(**{f"{on}_retention": self._amount(text)})

    def _amount(self, text: str) -> int:
        return parse_money(text, self.exponent, currency=self.currency) if text else 0

    def _note(self, **values: Any) -> None:
        self.edit = replace(self.edit, **values)


_READERS: dict[str, Callable[[_Reader, str], None]] = {
    "work": _Reader._work,
    "percent": _Reader._percent,
    "quantity": _Reader._quantity,
    "new": _Reader._new,
    "left": _Reader._left,
}
