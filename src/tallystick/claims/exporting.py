"""A claim, and the list of claims, as tables for .xlsx and .csv (domain §6.9). Stored figures; nothing is computed.

The workbook of a claim can be filled in and dropped back (R-CONTACT): a hidden sheet says which claim it is, at which
version, and which column is what; a hidden column holds the lines' ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tallystick.claims.custom_fields import told
from tallystick.claims.detail import face_of
from tallystick.claims.facts import told_custom
from tallystick.claims.fields import asked_custom_fields
from tallystick.claims.listing.rows import ClaimListRow
from tallystick.claims.models import Claim, ClaimLine, CustomField, LineReview
from tallystick.claims.states import CERTIFIED, ClaimStatus
from tallystick.claims.totals import retention_held, retention_released
from tallystick.contracts.models import Variation
from tallystick.contracts.states import AccountingMethod
from tallystick.core.dates import format_date, format_range
from tallystick.core.money import currency_exponent, rate_of
from tallystick.directory.models import Project
from tallystick.sheets.table import Column, Kind, Row, Style, Table, Value
from tallystick.terms import text

MARK_SHEET = "Tallystick"
MARK_FORMAT = "claim-1"
LINE_ID = "line_id"
WAS = ("quantity", "work", "left", "new", "comment")
"""Cells of which a hidden copy goes along as they were, so that what somebody typed is told from what stood there."""

_OF = Callable[[ClaimLine], Value]


@dataclass(frozen=True, slots=True)
class ClaimColumn:
    """A column of the continuation sheet: what it is called in the hidden sheet, how it is shown, whence it comes."""

    key: str
    column: Column
    of: _OF
    is_summed: bool = False


def claim_columns(claim: Claim, *, editable: bool) -> tuple[ClaimColumn, ...]:
    """The columns of a claim's continuation sheet, in the words in force. What can be typed is marked."""
    by_unit = claim.contract.accounting_method == AccountingMethod.UNIT
    certified = claim.status in CERTIFIED

    def money(key: str, label: str, of: _OF, *, typed: bool = False) -> ClaimColumn:
        return ClaimColumn(key, Column(label, Kind.MONEY, typed=typed and editable), of, is_summed=True)

    columns = [
        ClaimColumn("item", Column("Item", width=8), lambda line: line.item_number),
        ClaimColumn("cost_code", Column("Cost code", width=12), lambda line: line.cost_code),
        ClaimColumn("description", Column("Description of work", width=44), lambda line: line.description),
    ]
    if by_unit:
        columns += [
            ClaimColumn(
                "scheduled_quantity",
                Column("Quantity", Kind.QUANTITY),
                lambda line: line.scheduled_quantity,
            ),
            ClaimColumn("unit", Column("Unit", width=7), lambda line: line.unit),
            ClaimColumn("unit_price", Column("Unit price", Kind.PRICE), lambda line: line.unit_price),
        ]
    columns.append(money("scheduled", "Scheduled value", lambda line: line.scheduled_value))
    if by_unit:
        columns.append(
            ClaimColumn(
                "previous_quantity",
                Column("Previous quantity", Kind.QUANTITY),
                lambda line: line.previous_quantity,
            )
        )
    columns.append(money("previous", "Previous", lambda line: line.previous_work))
    if by_unit:
        columns.append(
            ClaimColumn(
                "quantity",
                Column("Quantity this period", Kind.QUANTITY, typed=editable),
                lambda line: line.assessed_quantity,
            )
        )
    columns += [
        money("work", "This period", lambda line: line.assessed_work, typed=not by_unit),
        money(
            "left",
            "Earlier materials still stored",
            lambda line: line.assessed_materials_previous,
            typed=True,
        ),
        money("new", "New materials", lambda line: line.assessed_materials_new, typed=True),
        money("stored", "Materials stored", lambda line: line.materials_stored),
        money("total", "Total completed and stored to date", lambda line: line.total_completed),
        ClaimColumn("percent", Column("% complete", Kind.PERCENT), lambda line: line.percent_bp),
        money("balance", "Balance to finish", lambda line: line.balance),
        money(
            "retained_work", text("{Retention} on work this period"), lambda line: line.work_retention_this
        ),
        money(
            "retained_materials",
            text("{Retention} on materials this period"),
            lambda line: line.materials_retention_this,
        ),
        money("released", text("{Retention} released this period"), retention_released),
        money("held", text("{Retention} held"), retention_held),
        money("gross", "Gross this period", lambda line: line.gross_this_period),
        money("net", "Net this period", lambda line: line.net_this_period),
        money("claimed_work", text("{Bill:past}: work"), lambda line: line.claimed_work),
        money("claimed_new", text("{Bill:past}: new materials"), lambda line: line.claimed_materials_new),
        money("assessed_work", "Assessed: work", lambda line: line.assessed_work),
        money("assessed_new", "Assessed: new materials", lambda line: line.assessed_materials_new),
    ]
    if certified:
        columns += [
            money("certified_work", "Certified: work", lambda line: line.certified_work),
            money("certified_new", "Certified: new materials", lambda line: line.certified_materials_new),
        ]
    return (
        *columns,
        ClaimColumn("review", Column("Review", width=12), _review),
        ClaimColumn("reason", Column("Reason", width=30), lambda line: line.review_reason or None),
        ClaimColumn(
            "comment", Column("Comment", width=30, typed=editable), lambda line: line.comment or None
        ),
    )


def _review(line: ClaimLine) -> Value:
    return None if line.review == LineReview.NO_ACTION else str(LineReview(line.review).label)


def claim_tables(claim: Claim, lines: Sequence[ClaimLine], *, editable: bool) -> list[Table]:
    """The workbook of a claim: its continuation sheet with headings, subtotals and total, its summary, its mark."""
    columns = claim_columns(claim, editable=editable)
    exponent = currency_exponent(claim.contract.currency)
    sheet = Table(
        "Continuation sheet",
        [
            *(one.column for one in columns),
            Column("Line", Kind.COUNT, hidden=True),
            *(
                replace(one.column, label=f"Was: {one.column.label}", hidden=True, typed=False)
                for one in _was(columns)
            ),
        ],
        list(_grouped_rows(claim, lines, columns)),
        exponent,
        frozen_columns=3,
    )
    return [sheet, _summary(claim, exponent), _mark(claim, columns)]


def claim_lines_table(claim: Claim, lines: Sequence[ClaimLine]) -> Table:
    """The claim's lines alone, each with its heading: for .csv."""
    columns = claim_columns(claim, editable=False)
    titles = _titles(claim, lines)
    rows = [Row([titles[_group(line)], *(one.of(line) for one in columns)]) for line in lines]
    return Table(
        "Continuation sheet",
        [Column("Heading", width=24), *(one.column for one in columns)],
        rows,
        currency_exponent(claim.contract.currency),
    )


_Group = tuple[int | None, str]


def _group(line: ClaimLine) -> _Group:
    return line.sov_line.variation_id, line.sov_line.group


def _titles(claim: Claim, lines: Iterable[ClaimLine]) -> dict[_Group, str]:
    groups = list(dict.fromkeys(_group(line) for line in lines))
    wanted = {variation for variation, _ in groups if variation is not None}
    named = {
        variation.pk: text("{Variation} {number} · {title}", number=variation.number, title=variation.title)
        for variation in (Variation.objects.filter(pk__in=wanted) if wanted else ())
    }
    own = f"{claim.contract.number} {claim.contract.title}"
    return {
        (variation, heading): " · ".join(
            part for part in (named[variation] if variation else "" if heading else own, heading) if part
        )
        for variation, heading in groups
    }


def _grouped_rows(claim: Claim, lines: Sequence[ClaimLine], columns: Sequence[ClaimColumn]) -> Iterator[Row]:
    titles = _titles(claim, lines)
    members: dict[_Group, list[ClaimLine]] = {}
    for line in lines:
        members.setdefault(_group(line), []).append(line)
    for group, rows in members.items():
        if len(members) > 1:
            yield _labelled(titles[group], columns, Style.HEADING)
        for line in rows:
            values = [one.of(line) for one in columns]
            yield Row([*values, line.pk, *(one.of(line) for one in _was(columns))])
        if len(members) > 1:
            yield _sums(f"Subtotal {titles[group]}", rows, columns, Style.SUBTOTAL)
    yield _sums("Total", lines, columns, Style.TOTAL)


def _labelled(label: str, columns: Sequence[ClaimColumn], style: Style) -> Row:
    return Row([label if one.key == "description" else None for one in columns], style)


def _sums(label: str, lines: Sequence[ClaimLine], columns: Sequence[ClaimColumn], style: Style) -> Row:
    values: list[Value] = []
    for one in columns:
        if one.key == "description":
            values.append(label)
        elif one.is_summed:
            values.append(sum(value for line in lines if isinstance(value := one.of(line), int)))
        elif one.key == "percent":
            completed = sum(line.total_completed for line in lines)
            values.append(rate_of(completed, sum(line.scheduled_value for line in lines)))
        else:
            values.append(None)
    return Row(values, style)


def _summary(claim: Claim, exponent: int) -> Table:
    contract, locale = claim.contract, claim.contract.project.locale
    face = face_of(claim)
    facts: list[tuple[str, str]] = [
        ("Project", f"{contract.project.number} {contract.project.name}"),
        ("Contract", f"{contract.number} {contract.title}"),
        ("Company", contract.company.name),
        (text("{Claim}"), f"{claim.number} r{claim.revision}" if claim.revision else str(claim.number)),
        ("Reference", claim.reference),
        (text("{Billing_period}"), format_range(claim.period_start, claim.period_end, locale)),
        ("Billing date", format_date(claim.billing_date, locale)),
        ("Status", str(ClaimStatus(claim.status).label)),
        ("Currency", contract.currency),
        ("Payment date", format_date(claim.payment_date, locale) if claim.payment_date else ""),
        *told_custom(claim, locale),
        ("Comment", claim.comment),
    ]
    rows = [Row(["", label, value]) for label, value in facts if value]
    rows.append(Row(["", None, None]))
    for line in (*face.lines, *face.tax):
        style = Style.TOTAL if line.kind in ("total", "due") else Style.LINE
        rows.append(Row([line.line, line.label, line.amount], style))
    rows.append(Row(["", None, None]))
    rows.append(Row(["", text("{Variations}"), None], Style.HEADING))
    for box in face.box:
        rows.append(Row(["", f"{box.label}: additions", box.additions]))
        rows.append(Row(["", f"{box.label}: deductions", box.deductions]))
    columns = [Column("Line", width=7), Column("Summary", width=52), Column("Amount", Kind.MONEY, width=30)]
    return Table("Summary", columns, rows, exponent)


def _mark(claim: Claim, columns: Sequence[ClaimColumn]) -> Table:
    facts = {
        "format": MARK_FORMAT,
        "claim": str(claim.pk),
        "version": str(claim.version),
        "contract": claim.contract.number,
        "number": str(claim.number),
        **{f"column {place}": one.key for place, one in enumerate(columns)},
    }
    labels = {one.key: one.column.label for one in columns}
    rows = [Row([name, value, labels.get(value)]) for name, value in facts.items()]
    rows.append(Row([f"column {len(columns)}", LINE_ID, "Line"]))
    for place, one in enumerate(_was(columns), len(columns) + 1):
        rows.append(Row([f"column {place}", f"was_{one.key}", f"Was: {one.column.label}"]))
    shown = [Column("What", width=14), Column("Value", width=24), Column("Name", width=30)]
    return Table(MARK_SHEET, shown, rows, hidden=True)


def _was(columns: Sequence[ClaimColumn]) -> list[ClaimColumn]:
    return [one for one in columns if one.key in WAS]


def _custom_columns(
    rows: Sequence[ClaimListRow], project: Project
) -> list[tuple[Column, Callable[[ClaimListRow], Value]]]:
    """A column for each of the account's own fields that the project's claims are asked for: two queries."""
    asked = [field for field, _ in asked_custom_fields(project)]
    if not asked:
        return []
    shown = [row.claim_id for row in rows if row.claim_id]
    values = dict(Claim.objects.filter(pk__in=shown).exclude(custom={}).values_list("pk", "custom"))

    def of(field: CustomField) -> Callable[[ClaimListRow], Value]:
        def value(row: ClaimListRow) -> Value:
            kept = values.get(row.claim_id or 0, {}).get(str(field.pk))
            return told(field.kind, kept, project.locale) if kept else None

        return value

    return [(Column(field.label, width=20), of(field)) for field in asked]


def claims_table(title: str, rows: Sequence[ClaimListRow], project: Project) -> Table:
    """The list of claims; amounts in the currency that stands beside them. The account's own fields stand last."""
    exponent = max((currency_exponent(row.currency) for row in rows), default=2)

    def amount(row: ClaimListRow, minor: int | None) -> int | None:
        return None if minor is None else minor * 10 ** (exponent - currency_exponent(row.currency))

    named: list[tuple[Column, Callable[[ClaimListRow], Value]]] = [
        (Column("Contract"), lambda row: row.contract_number),
        (Column("Title", width=32), lambda row: row.contract_title),
        (Column("Company", width=28), lambda row: row.company),
        (Column("Number", Kind.COUNT), lambda row: row.number),
        (Column("Revision", Kind.COUNT), lambda row: row.revision or None),
        (Column("Reference"), lambda row: row.reference or None),
        (Column("From", Kind.DAY), lambda row: row.period_start),
        (Column("To", Kind.DAY), lambda row: row.period_end),
        (Column("Status", width=22), lambda row: row.label),
        (Column("Late", width=7), lambda row: "Late" if row.is_late else None),
        (Column("Currency", width=9), lambda row: row.currency),
        (Column(text("{Bill:past}"), Kind.MONEY), lambda row: amount(row, row.claimed)),
        (Column("Certified", Kind.MONEY), lambda row: amount(row, row.certified)),
        (Column(text("{Retention}"), Kind.MONEY), lambda row: amount(row, row.retention)),
        (Column("Due", Kind.MONEY), lambda row: amount(row, row.due)),
        (Column("Paid", Kind.MONEY), lambda row: amount(row, row.paid)),
        (Column("Outstanding", Kind.MONEY), lambda row: amount(row, row.outstanding)),
        (Column("Payment", width=14), lambda row: row.payment_label or None),
        (Column("Signed", width=9), lambda row: "Signed" if row.is_signed else None),
        (Column("Papers", Kind.COUNT), lambda row: row.papers),
        *_custom_columns(rows, project),
    ]
    made = [Row([of(row) for _, of in named]) for row in rows]
    columns = [column for column, _ in named]
    if len({row.currency for row in rows}) == 1:
        made.append(_total_of(columns, made))
    return Table(title, columns, made, exponent, frozen_columns=3)


def _total_of(columns: Sequence[Column], rows: Sequence[Row]) -> Row:
    values: list[Value] = ["Total", *([None] * (len(columns) - 1))]
    for place, column in enumerate(columns):
        if column.kind is Kind.MONEY:
            values[place] = sum(value for row in rows if isinstance(value := row.values[place], int))
    return Row(values, Style.TOTAL)
