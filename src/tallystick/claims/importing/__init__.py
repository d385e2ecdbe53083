"""Filling a claim in from a spreadsheet: our own workbook dropped back, or anybody's continuation sheet (R-CONTACT).

Rows are matched to the claim's lines: in our own workbook by the lines' ids, in others by item number, then by
description, then by position. Read are what was done this period (E), stored materials (F) and comments; what the sheet
says of scheduled values (C) and previous work (D) is compared and told. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.claims.importing.filler import Change, FilledLine, Filler, Filling
from tallystick.claims.importing.marks import Mark, mark_of
from tallystick.claims.models import Claim, ClaimLine
from tallystick.contracts.importing import Choice, Told
from tallystick.contracts.states import AccountingMethod
from tallystick.sheets.book import Book, Sheet
from tallystick.sheets.columns import Field, guess_layout
from tallystick.terms import text

__all__ = ["Change", "FilledLine", "Filling", "fields_of", "guess_filling", "needed_of", "read_filling"]

BY_AMOUNT = (
    Field.ITEM,
    Field.DESCRIPTION,
    Field.SCHEDULED,
    Field.PREVIOUS,
    Field.WORK,
    Field.STORED,
    Field.COMMENT,
)
BY_UNIT = (
    Field.ITEM,
    Field.DESCRIPTION,
    Field.SCHEDULED,
    Field.PREVIOUS,
    Field.WORK_QUANTITY,
    Field.WORK,
    Field.STORED,
    Field.COMMENT,
)


def fields_of(claim: Claim) -> tuple[Field, ...]:
    """The columns that are read, by the contract's method."""
    return BY_UNIT if claim.contract.accounting_method == AccountingMethod.UNIT else BY_AMOUNT


def needed_of(claim: Claim) -> tuple[Field, ...]:
    """One of these has to be there."""
    return (Field.WORK, Field.WORK_QUANTITY, Field.STORED)


def guess_filling(book: Book, claim: Claim) -> Choice:
    """Our own workbook says where everything is; in others the sheet is taken in which such columns are found."""
    mark = mark_of(book)
    if mark is not None:
        own = mark.choice(book)
        if own is not None:
            return own
    first: Choice | None = None
    for index in (book.best, *range(len(book.sheets))):
        layout = guess_layout(book.sheets[index], fields_of(claim), needed=needed_of(claim))
        choice = Choice(index, layout.first_row, layout.columns)
        first = first or choice
        found = set(layout.columns)
        if layout.heading and found & set(needed_of(claim)) and found & {Field.ITEM, Field.DESCRIPTION}:
            return choice
    assert first is not None
    return first


def read_filling(book: Book, choice: Choice, claim: Claim, lines: Sequence[ClaimLine]) -> Filling:
    """Read the sheet against the claim and its lines, which stay as they are."""
    mark = mark_of(book)
    problems = [*_misplaced(mark, claim), *_missing(book.sheets[choice.sheet], choice, claim)]
    if problems:
        due = claim.payment_due
        work = sum(line.assessed_work for line in lines)
        return Filling((), (), tuple(problems), (), (), 0, work, work, due, due)
    return Filler(book.sheets[choice.sheet], choice, claim, list(lines), mark).read()


def _misplaced(mark: Mark | None, claim: Claim) -> list[Told]:
    """Our own workbook, but of something else."""
    if mark is None or mark.claim_id == claim.pk:
        return []
    if mark.contract != claim.contract.number:
        sentence = text(
            "This is the spreadsheet of {claim:short} {number} of contract {other}, not of {this}.",
            number=mark.number,
            other=mark.contract,
            this=claim.contract.number,
        )
    else:
        sentence = text(
            "This is the spreadsheet of {claim:short} {number}; you are filling in {claim:short} {this}.",
            number=mark.number,
            this=claim.number,
        )
    return [Told("", f"{sentence} Download this one’s and bring your figures over.")]


def _missing(sheet: Sheet, choice: Choice, claim: Claim) -> list[Told]:
    if sheet.cut:
        return [Told("", sheet.cut)]
    told = []
    if not {Field.ITEM, Field.DESCRIPTION} & set(choice.columns):
        told.append(Told("", "Choose the column with the item or the description."))
    if not set(needed_of(claim)) & set(choice.columns):
        told.append(Told("", "Choose the column with the work of this period or with the materials stored."))
    return told
