"""What was typed into the cells of the grid, read into edits (domain §6.2, §6.6).

Cells are named by their column. A percentage is accepted wherever it has a meaning; amounts are what is kept. A group
is named ``g:KEY`` (``groups``): what is typed on it is spread over the balances of its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from tallystick.claims import calc, figures
from tallystick.claims.calc import entry as calc_entry
from tallystick.claims.entries import EntryEdit
from tallystick.claims.grid.groups import lines_in
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.core.errors import BadInput
from tallystick.core.money import (
    apply_rate,
    currency_exponent,
    is_percent,
    parse_money,
    parse_percent,
    parse_quantity,
)
from tallystick.terms import text

Cells = Mapping[str, str]
Typed = Mapping[int | str, Cells]
"""By line, or by group (``g:KEY``)."""

COLUMNS = (
    "take",
    "left",
    "new",
    "stored",
    "percent",
    "total",
    "work_percent",
    "work",
    "quantity",
    "retention_rate",
    "retention",
    "released",
    "materials_retention_rate",
    "materials_retention",
    "materials_released",
    "review",
    "review_reason",
    "comment",
)
"""In the order in which they are read: of cells that say the same thing the later one counts, and totals stand on the
materials that are typed beside them."""

GROUP_COLUMNS = ("work", "percent")
WORDS = frozenset({"review_reason", "comment"})
LONGEST_FIGURE, LONGEST_WORDS = 100, 2000


def read_cells(claim: Claim, lines: Iterable[ClaimLine], typed: Typed) -> list[EntryEdit]:
    """One edit for every line with typed cells; an empty cell is nought, or retention by the contract's rules.

    Raises ``BadInput`` with a sentence for every cell that can't be read, by ``line-ID:column`` or ``g:KEY:column``.
    """
    rows = list(lines)
    return _Reading(claim, rows).read(typed)


def typed_length(column: str) -> int:
    """How much text a cell takes."""
    return LONGEST_WORDS if column in WORDS else LONGEST_FIGURE


def _check_length(column: str, typed: str) -> None:
    if len(typed) > typed_length(column):
        raise BadInput(f"This is too long. Keep it to {typed_length(column):,} characters.")


class _Reading:
    """Reads all cells that were typed at once, noting what can't be read."""

    def __init__(self, claim: Claim, rows: list[ClaimLine]) -> None:
        self.claim = claim
        self.rows = rows
        self.by_id = {line.pk: line for line in rows}
        self.terms = figures.terms_of(claim.contract)
        self.problems: dict[str, str] = {}
        self.first = ""

    def read(self, typed: Typed) -> list[EntryEdit]:
        edits: dict[int, EntryEdit] = {}
        for name, cells in typed.items():
            if isinstance(name, int):
                edits[name] = self._line(name, cells)
        for name, cells in typed.items():
            if isinstance(name, str):
                self._group(name, cells, edits)
        if self.problems:
            raise BadInput(self.first, self.problems)
        return list(edits.values())

    def _line(self, line_id: int, cells: Cells) -> EntryEdit:
        line = self.by_id.get(line_id)
        if line is None:
            return EntryEdit(line_id)  # saving says that the line is gone
        reader = _Reader(self.claim, line, self.terms)
        for column in COLUMNS:
            if column not in cells:
                continue
            try:
                _check_length(column, cells[column])
                reader.read(column, cells[column].strip())
            except BadInput as problem:
                self._note(f"line-{line_id}:{column}", f"Line {line.item_number}: ", problem)
        try:
            reader.reconcile(cells)
        except BadInput as problem:
            self._note(f"line-{line_id}:quantity", f"Line {line.item_number}: ", problem)
        return reader.edit

    def _note(self, where: str, label: str, problem: BadInput) -> None:
        self.first = self.first or f"{label}{problem}"
        self.problems[where] = str(problem)

    def _group(self, name: str, cells: Cells, edits: dict[int, EntryEdit]) -> None:
        members = lines_in(self.rows, name.removeprefix("g:"))
        for column in GROUP_COLUMNS:
            if column not in cells:
                continue
            try:
                if not members:
                    raise BadInput("This group has no lines any more. Load the page again.")
                _check_length(column, cells[column])
                self._spread(members, column, cells[column].strip(), edits)
            except BadInput as problem:
                self._note(f"{name}:{column}", "", problem)

    def _spread(self, members: list[ClaimLine], column: str, typed: str, edits: dict[int, EntryEdit]) -> None:
        """Work of this period over the lines' balances, by largest remainder (domain §6.2, W18)."""
        inputs = [figures.input_of(self._with_materials(line, edits.get(line.pk))) for line in members]
        for line in members:
            edit = edits.get(line.pk)
            if edit is not None and (edit.work is not None or edit.quantity is not None):
                raise BadInput(
                    f"Line {line.item_number} of this group was typed into as well. "
                    "Type the subtotal or its lines, not both."
                )
        contract = self.claim.contract
        if column == "percent":
            part = apply_rate(
                sum(line.scheduled_value for line in members), parse_percent(typed) if typed else 0
            )
            done = sum(line.previous.work + calc_entry.materials_stored(line) for line in inputs)
            entries = calc_entry.spread_work(self.terms, inputs, part - done)
        elif is_percent(typed):
            entries = calc_entry.spread_work_percent(self.terms, inputs, parse_percent(typed))
        else:
            exponent = currency_exponent(contract.currency)
            amount = parse_money(typed, exponent, currency=contract.currency) if typed else 0
            entries = calc_entry.spread_work(self.terms, inputs, amount)
        by_unit = self.terms.method == calc.Method.UNIT
        for line, entry in zip(members, entries, strict=True):
            edit = edits.get(line.pk) or EntryEdit(line.pk)
            quantity = entry.quantity if by_unit else None
            edits[line.pk] = replace(edit, work=entry.work, quantity=quantity)

    def _with_materials(self, line: ClaimLine, edit: EntryEdit | None) -> ClaimLine:
        """The line with the materials that are typed at the same time, on which its balance stands."""
        if edit is None or (edit.materials_previous is None and edit.materials_new is None):
            return line
        changed = ClaimLine(**{field.attname: getattr(line, field.attname) for field in line._meta.fields})
        changed.sov_line = line.sov_line
        if edit.materials_previous is not None:
            changed.assessed_materials_previous = edit.materials_previous
        if edit.materials_new is not None:
            changed.assessed_materials_new = edit.materials_new
        return changed


class _Reader:
    """Reads the cells of one line, one after the other, since each may stand on those before it."""

    def __init__(self, claim: Claim, line: ClaimLine, terms: calc.ContractTerms) -> None:
        self.line = line
        self.terms = terms
        self.currency = claim.contract.currency
        self.exponent = terms.exponent
        self.by_unit = terms.method == calc.Method.UNIT
        self.input = figures.input_of(line)
        self.edit = EntryEdit(line.pk)

    def read(self, column: str, typed: str) -> None:
        """Read one cell into the edit. Raises ``BadInput``."""
        _READERS[column](self, typed)

    def reconcile(self, cells: Cells) -> None:
        """By unit, an amount beside its quantity counts where one follows from the other; else the quantity does.

        The cents may differ from quantity × price on a line that was finished, or entered as an amount.
        """
        if not (self.by_unit and cells.get("work") and cells.get("quantity")):
            return
        amount, quantity = self._amount(cells["work"]), parse_quantity(cells["quantity"])
        if calc_entry.enter_work(self.terms, self.input, amount).quantity == quantity:
            self._note(work=amount, quantity=quantity)

    def _take(self, typed: str) -> None:
        line = self.line
        if line.proposed_work is None:
            raise BadInput("Nothing else was proposed on this line.")
        self._note(
            work=line.proposed_work,
            quantity=line.proposed_quantity if self.by_unit else None,
            materials_previous=line.proposed_materials_previous,
            materials_new=line.proposed_materials_new,
        )

    def _work(self, typed: str) -> None:
        if is_percent(typed):
            self._work_percent(typed)
        else:
            self._worked(calc_entry.enter_work(self.terms, self.input, self._amount(typed)))

    def _work_percent(self, typed: str) -> None:
        percent = parse_percent(typed) if typed else 0
        self._worked(calc_entry.enter_work_percent(self.terms, self.input, percent))

    def _total(self, typed: str) -> None:
        if is_percent(typed):
            self._percent(typed)
        else:
            self._worked(calc_entry.enter_total(self.terms, self.input, self._amount(typed)))

    def _percent(self, typed: str) -> None:
        percent = parse_percent(typed) if typed else 0
        self._worked(calc_entry.enter_total_percent(self.terms, self.input, percent))

    def _quantity(self, typed: str) -> None:
        quantity = parse_quantity(typed) if typed else 0
        self._worked(calc_entry.enter_quantity(self.terms, self.input, quantity))

    def _worked(self, entry: calc.LineEntry) -> None:
        self._note(work=entry.work, **({"quantity": entry.quantity} if self.by_unit else {}))

    def _new(self, typed: str) -> None:
        if is_percent(typed):
            self._stock(materials_new=apply_rate(self.line.scheduled_value, parse_percent(typed)))
        else:
            self._stock(materials_new=self._amount(typed))

    def _left(self, typed: str) -> None:
        self._stock(materials_previous=self._amount(typed))

    def _stored(self, typed: str) -> None:
        entry = calc_entry.enter_materials_stored(self.input, self._amount(typed))
        self._stock(materials_previous=entry.materials_previous, materials_new=entry.materials_new)

    def _stock(self, **values: Any) -> None:
        self.input = replace(self.input, entry=replace(self.input.entry, **values))
        self._note(**values)

    def _retention(self, on: str, typed: str) -> None:
        if typed and not is_percent(typed):
            self._note(**_typed_retention(on, amount=self._amount(typed)))
        else:
            self._retention_rate(on, typed)

    def _retention_rate(self, on: str, typed: str) -> None:
        rate = parse_percent(typed, minimum=0, maximum=10_000) if typed else None
        self._note(**_typed_retention(on, rate=rate))

    def _released(self, on: str, typed: str) -> None:
        line = self.line
        if is_percent(typed):
            held = getattr(line, f"{on}_retention_held") + getattr(line, f"{on}_retention_released")
            amount = apply_rate(held, parse_percent(typed, minimum=0, maximum=10_000))
        else:
            amount = self._amount(typed)
        self._note(**{f"{on}_released": amount})

    def _review(self, typed: str) -> None:
        mark = typed or LineReview.NO_ACTION
        if mark not in LineReview.values:
            raise BadInput("A line is approved, rejected, or not reviewed.")
        self._note(review=mark)

    def _words(self, column: str, typed: str) -> None:
        self._note(**{column: typed})

    def _amount(self, typed: str) -> int:
        return parse_money(typed, self.exponent, currency=self.currency) if typed else 0

    def _note(self, **values: Any) -> None:
        self.edit = replace(self.edit, **values)


def _typed_retention(on: str, *, amount: int | None = None, rate: int | None = None) -> dict[str, Any]:
    return {
        f"{on}_retention": amount,
        f"{on}_retention_bp": rate,
        f"{on}_retention_automatic": amount is None and rate is None,
    }


_READERS: dict[str, Callable[[_Reader, str], None]] = {
    "take": _Reader._take,
    "left": _Reader._left,
    "new": _Reader._new,
    "stored": _Reader._stored,
    "percent": _Reader._percent,
    "total": _Reader._total,
    "work_percent": _Reader._work_percent,
    "work": _Reader._work,
    "quantity": _Reader._quantity,
    "retention_rate": lambda reader, typed: reader._retention_rate("work", typed),
    "retention": lambda reader, typed: reader._retention("work", typed),
    "released": lambda reader, typed: reader._released("work", typed),
    "materials_retention_rate": lambda reader, typed: reader._retention_rate("materials", typed),
    "materials_retention": lambda reader, typed: reader._retention("materials", typed),
    "materials_released": lambda reader, typed: reader._released("materials", typed),
    "review": _Reader._review,
    "review_reason": lambda reader, typed: reader._words("review_reason", typed),
    "comment": lambda reader, typed: reader._words("comment", typed),
}


def group_problem() -> str:
    """The sentence for a subtotal whose lines somebody else typed into meanwhile."""
    return text(
        "Somebody else typed on lines of this group meanwhile. Look at them, then type the subtotal again."
    )
