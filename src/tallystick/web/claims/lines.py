"""The lines of a claim as a plain table to read: for states that nobody can type into any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.claims.review.verdict import assessed_of, certified_of, claimed_of
from tallystick.claims.states import CERTIFIED, EDITABLE
from tallystick.claims.totals import grouped, retention_held
from tallystick.contracts.models import Variation
from tallystick.core.money import format_money, format_percent, rate_of
from tallystick.terms import text

Amount = Callable[[ClaimLine], int | None]


def lines_table(claim: Claim, lines: Sequence[ClaimLine]) -> SafeString:
    """The table with its groups, subtotals and total. Everything that people wrote is escaped; one query."""
    columns = _columns(claim, lines)
    marks = claim.status not in EDITABLE
    write = _writer(claim)
    heads = "".join(f'<th class="num" scope="col">{escape(label)}</th>' for label, _ in columns)
    parts = [
        f'<table class="table is-plain-lines"><caption class="visually-hidden">{escape(text("Lines of the {sov}"))}'
        f'</caption><thead><tr><th class="is-stuck" scope="col">Item</th><th scope="col">Description</th>{heads}'
        f'<th class="num" scope="col">%</th>{"<th scope=col>Review</th>" if marks else ""}</tr></thead>'
    ]
    groups = grouped(lines)
    titles = _titles(claim, [key for key in groups if key is not None]) if len(groups) > 1 else {}
    for key, members in groups.items():
        parts.append("<tbody>")
        if titles:
            parts.append(_sums(titles.get(key, ""), members, columns, write, marks, css="is-group"))
        parts += [_row(line, columns, write, marks) for line in members]
        parts.append("</tbody>")
    total = f"Total of {len(lines):,} line{'' if len(lines) == 1 else 's'}"
    parts.append(f"<tfoot>{_sums(total, lines, columns, write, marks)}</tfoot></table>")
    return mark_safe("".join(parts))  # noqa: S308 - made of escaped texts and of figures written by us


def _columns(claim: Claim, lines: Sequence[ClaimLine]) -> list[tuple[str, Amount]]:
    columns: list[tuple[str, Amount]] = [
        ("Scheduled value", lambda line: line.scheduled_value),
        ("Previous", lambda line: line.previous_work + line.previous_materials),
        (text("{Bill:past}"), claimed_of),
    ]
    if claim.status not in EDITABLE:
        columns.append(("Assessed", assessed_of))
    if claim.status in CERTIFIED:
        columns.append(("Certified", certified_of))
    if any(line.materials_stored for line in lines):
        columns.append(("Materials in store", lambda line: line.materials_stored))
    return [
        *columns,
        (text("{Retention} held"), retention_held),
        ("Balance", lambda line: line.balance),
        ("Total to date", lambda line: line.total_completed),
    ]


def _writer(claim: Claim) -> Callable[[int | None], str]:
    currency, locale = claim.contract.currency, claim.contract.project.locale
    return lambda amount: "–" if amount is None else format_money(amount, currency, locale, symbol=False)


def _titles(claim: Claim, variations: Sequence[int]) -> dict[int | None, str]:
    titles: dict[int | None, str] = {None: f"{claim.contract.number} {claim.contract.title}"}
    for variation in Variation.objects.filter(pk__in=variations):
        titles[variation.pk] = text(
            "{Variation} {number} · {title}", number=variation.number, title=variation.title
        )
    return titles


def _row(
    line: ClaimLine,
    columns: Sequence[tuple[str, Amount]],
    write: Callable[[int | None], str],
    marks: bool,
) -> str:
    cells = "".join(f'<td class="num">{write(of(line))}</td>' for _, of in columns)
    percent = "–" if line.percent_bp is None else format_percent(line.percent_bp)
    mark = ""
    if marks:
        said = f'<span class="sub">{escape(line.review_reason)}</span>' if line.review_reason else ""
        mark = f"<td>{LineReview(line.review).label}{said}</td>"
    return (
        f'<tr><th class="is-stuck" scope="row">{escape(line.item_number)}</th>'
        f'<td>{escape(line.description)}</td>{cells}<td class="num">{percent}</td>{mark}</tr>'
    )


def _sums(
    title: str,
    lines: Sequence[ClaimLine],
    columns: Sequence[tuple[str, Amount]],
    write: Callable[[int | None], str],
    marks: bool,
    *,
    css: str = "",
) -> str:
    cells = "".join(
        f'<td class="num">{write(sum(of(line) or 0 for line in lines))}</td>' for _, of in columns
    )
    percent = rate_of(
        sum(line.total_completed for line in lines), sum(line.scheduled_value for line in lines)
    )
    shown = "–" if percent is None else format_percent(percent)
    return (
        f'<tr class="{css}"><th class="is-stuck" scope="rowgroup" colspan="2">{escape(title)}</th>{cells}'
        f'<td class="num">{shown}</td>{"<td></td>" if marks else ""}</tr>'
    )
