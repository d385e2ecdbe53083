"""Checks on a claim's figures: do they add up, and can they be meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter

from tallystick.claims import calc, figures
from tallystick.claims.checks import Place, Remark, Rule, Subject, check
from tallystick.claims.models import Claim, RetentionEntry
from tallystick.contracts.models import Contract
from tallystick.contracts.rules import over_claiming_rule
from tallystick.core.arithmetic import rate_of
from tallystick.directory.models import OverClaiming
from tallystick.terms.context import text

_LINE = attrgetter(*figures.LINE_FIGURES)
_SUMMARY = attrgetter(*figures.SUMMARY_FIGURES)

_NAMES = {
    "materials_moved": "materials that became work",
    "retention_moved": "{retention} that moved with them",
    "materials_stored": "{stored_materials}",
    "total_completed": "total to date",
    "percent_bp": "percentage",
    "balance": "balance to finish",
    "work_retention_this": "{retention} of this period on work",
    "work_retention_held": "{retention} held on work",
    "materials_retention_this": "{retention} of this period on materials",
    "materials_retention_held": "{retention} held on materials",
    "gross_this_period": "gross amount of this period",
    "net_this_period": "net amount of this period",
    "original_sum": "original contract sum (line 1)",
    "net_variations": "net change by {variations} (line 2)",
    "sum_to_date": "contract sum to date (line 3)",
    "completed_to_date": "total completed and stored (line 4)",
    "work_retention": "{retention} on work (line 5a)",
    "materials_retention": "{retention} on materials (line 5b)",
    "total_retention": "total {retention} (line 5)",
    "earned_less_retention": "total earned less {retention} (line 6)",
    "previous_certificates": "previous certificates (line 7)",
    "payment_due": "payment due (line 8)",
    "balance_to_finish": "balance to finish (line 9)",
    "tax": "{tax}",
    "payment_due_with_tax": "payment due with {tax}",
}


@check(
    "arithmetic",
    title="Arithmetic",
    help="Every figure is computed again and has to equal the one that is shown; the summary has to add up.",
    default=Rule.BLOCK,
    order=10,
)
def arithmetic(about: Subject) -> Iterator[Remark]:
    """Stored figures equal a fresh calculation, and the face of the document adds up (domain §16.3)."""
    fresh = about.fresh
    for line, row in zip(about.lines, fresh.lines, strict=True):
        stored, computed = _LINE(line), _LINE(row)
        if stored != computed:
            name, was, now = _first_difference(figures.LINE_FIGURES, stored, computed)
            yield about.on(
                line,
                "the " + _NAMES[name] + " is {was}, computed again it is {now}.",
                **_shown(about, name, was, now),
            )
    stored, computed = _SUMMARY(about.claim), _SUMMARY(fresh.summary)
    if stored != computed:
        name, was, now = _first_difference(figures.SUMMARY_FIGURES, stored, computed)
        yield Remark(
            text(
                "The " + _NAMES[name] + " is {was}, computed again it is {now}.",
                **_shown(about, name, was, now),
            )
        )
    lines = {line.sov_line_id: line for line in about.lines}
    for finding in fresh.refusals:
        line = lines[finding.key]  # type: ignore[index]
        yield Remark(finding.sentence(about.money), Place.LINE, line.pk, line.item_number)
    yield from _face(about)
    yield from _chain(about)


def _first_difference(
    names: tuple[str, ...], one: tuple[int | None, ...], other: tuple[int | None, ...]
) -> tuple[str, int | None, int | None]:
    return next(found for found in zip(names, one, other, strict=True) if found[1] != found[2])


def _shown(about: Subject, name: str, was: int | None, now: int | None) -> dict[str, str]:
    def show(value: int | None) -> str:
        if value is None:
            return "not there"
        return about.percent(value) if name.endswith("_bp") else about.money(value)

    return {"was": show(was), "now": show(now)}


def _face(about: Subject) -> Iterator[Remark]:
    """The identities of the certificate, over what is stored."""
    claim = about.claim
    rows = (
        ("line 3 is line 1 and line 2", claim.sum_to_date, claim.original_sum + claim.net_variations),
        ("line 3 is the sum of the scheduled values", claim.sum_to_date, _sum(about, "scheduled_value")),
        ("line 4 is the sum of the totals to date", claim.completed_to_date, _sum(about, "total_completed")),
        ("line 5 is lines 5a and 5b", claim.total_retention, claim.work_retention + claim.materials_retention),
        ("line 6 is line 4 less line 5", claim.earned_less_retention, claim.completed_to_date - claim.total_retention),
        ("line 8 is line 6 less line 7", claim.payment_due, claim.earned_less_retention - claim.previous_certificates),
        ("line 9 is line 3 less line 6", claim.balance_to_finish, claim.sum_to_date - claim.earned_less_retention),
    )  # fmt: skip
    for rule, stands, follows in rows:
        if stands != follows:
            yield Remark(
                text(
                    "The summary does not add up: {rule}, but {stands} stands where {follows} follows.",
                    rule=rule,
                    stands=about.money(stands),
                    follows=about.money(follows),
                )
            )


def _sum(about: Subject, name: str) -> int:
    return sum(map(attrgetter(name), about.lines))


def _chain(about: Subject) -> Iterator[Remark]:
    """What this claim starts from is what the one before it ended with."""
    before: Claim | None = about.previous
    claim = about.claim
    if before is None:
        return
    completed = _sum(about, "previous_work") + _sum(about, "previous_materials")
    retained = _sum(about, "previous_work_retention") + _sum(about, "previous_materials_retention")
    rows = (
        ("previous certificates", claim.previous_certificates, before.earned_less_retention),
        ("work and materials of earlier {claims}", completed, before.completed_to_date),
        ("{retention} held before", retained, before.total_retention),
    )
    for name, stands, ended in rows:
        if stands != ended:
            yield Remark(
                text(
                    "{Claim} {number} ended with {ended}, but this one starts from {stands} (" + name + ").",
                    number=before.number,
                    ended=about.money(ended),
                    stands=about.money(stands),
                )
            )


def _by_rule(contract: Contract) -> Rule:
    rule = over_claiming_rule(contract)
    return {OverClaiming.REFUSE: Rule.BLOCK, OverClaiming.WARN: Rule.WARN}.get(rule, Rule.OFF)


@check(
    "over_claiming",
    title="{Overclaim:ing}",
    help="More to date on a line than its scheduled value, with the sign of credits. "
    "The rule on {overclaim:ing} of the account, the contract or the project decides.",
    default=Rule.WARN,
    order=20,
    decided=_by_rule,
)
def over_claiming(about: Subject) -> Iterator[Remark]:
    """The total to date lies outside of zero to the scheduled value (domain §6.5)."""
    lines = {line.sov_line_id: line for line in about.lines}
    for finding in about.fresh.over_claims:
        line = lines[finding.key]  # type: ignore[index]
        yield Remark(finding.sentence(about.money), Place.LINE, line.pk, line.item_number)


@check(
    "jumps",
    title="Large steps in one period",
    help="A line that grows by more of its scheduled value in one period than the largest step chosen below.",
    default=Rule.WARN,
    order=30,
)
def jumps(about: Subject) -> Iterator[Remark]:
    """A line grows by more of its scheduled value than the project's largest step."""
    largest = about.project.largest_jump_bp
    for line in about.lines:
        gross, scheduled = line.gross_this_period, line.scheduled_value
        # Compared without dividing: |gross| * 100 % > |scheduled| * largest, in the direction of the scheduled value.
        if not gross or not scheduled or (gross < 0) != (scheduled < 0):
            continue
        if abs(gross) * 10_000 > abs(scheduled) * largest:
            yield about.on(
                line,
                "{step} of its scheduled value in one period ({amount}): from {before} to {after}.",
                step=about.percent(rate_of(gross, scheduled) or 0),
                amount=about.money(gross),
                before=about.percent(rate_of(line.total_completed - gross, scheduled) or 0),
                after=about.percent(rate_of(line.total_completed, scheduled) or 0),
            )


@check(
    "taken_back",
    title="Work taken back",
    help="A line on which this period is negative: what earlier {claims} had is taken back.",
    default=Rule.WARN,
    order=40,
)
def taken_back(about: Subject) -> Iterator[Remark]:
    """The total to date of a line goes back; a credit line that goes on is none."""
    for line in about.lines:
        gross = line.gross_this_period
        if gross and (gross < 0) != (line.scheduled_value < 0):
            yield about.on(
                line,
                "{amount} this period takes the total to date back from {before} to {after}.",
                amount=about.money(gross),
                before=about.money(line.total_completed - gross),
                after=about.money(line.total_completed),
            )


@check(
    "nothing_claimed",
    title="Nothing {bill:past}",
    help="No work, no new materials and no release of {retention} in this period.",
    default=Rule.WARN,
    order=50,
)
def nothing_claimed(about: Subject) -> Iterator[Remark]:
    """No figure of this period is anything else than nought."""
    moved = any(
        line.gross_this_period or line.work_retention_released or line.materials_retention_released
        for line in about.lines
    )
    if not moved:
        yield Remark(
            text("Nothing is {bill:past}: no work, no new materials, and no {retention} is released.")
        )


@check(
    "final_incomplete",
    title="Final, but not complete",
    help="{A claim} that is marked as the final one while work or {retention} is still open.",
    default=Rule.WARN,
    order=60,
)
def final_incomplete(about: Subject) -> Iterator[Remark]:
    """The last claim leaves a balance (domain §16.3: line 9 becomes 0.00)."""
    claim = about.claim
    if not claim.is_final:
        return
    open_lines = claim.sum_to_date - claim.completed_to_date
    if open_lines:
        yield Remark(
            text(
                "This is the final {claim}, but {amount} of the contract sum of {sum} is not completed.",
                amount=about.money(open_lines),
                sum=about.money(claim.sum_to_date),
            )
        )
    if claim.total_retention:
        yield Remark(
            text(
                "This is the final {claim}, but {amount} of {retention} is still held.",
                amount=about.money(claim.total_retention),
            )
        )


@check(
    "retention_by_hand",
    title="{Retention} by hand",
    help="{Retention} that was typed and differs from what the contract's rules retain, or goes beyond their limit.",
    default=Rule.WARN,
    order=65,
)
def retention_by_hand(about: Subject) -> Iterator[Remark]:
    """Typed retention against what the contract's rules would retain with everything else as it is."""
    lines = {line.sov_line_id: line for line in about.lines}
    typed = [
        line
        for line in about.lines
        if line.work_retention_entry != RetentionEntry.AUTOMATIC
        or line.materials_retention_entry != RetentionEntry.AUTOMATIC
    ]
    if typed:
        ruled = {row.key: row for row in _all_by_rule(about).lines}
        for line in typed:
            for on, work in ((text("on work"), True), (text("on materials"), False)):
                name = "work_retention_this" if work else "materials_retention_this"
                stands, rule = getattr(line, name), getattr(ruled[line.sov_line_id], name)
                if stands != rule:
                    yield about.on(
                        line,
                        "{stands} of {retention} {on} is typed, the contract’s rules retain {rule}.",
                        stands=about.money(stands),
                        on=on,
                        rule=about.money(rule),
                    )
    for finding in about.fresh.warnings:
        found = lines.get(finding.key) if finding.key is not None else None  # type: ignore[arg-type]
        if found is None:
            yield Remark(finding.sentence(about.money))
        else:
            yield Remark(finding.sentence(about.money), Place.LINE, found.pk, found.item_number)


def _all_by_rule(about: Subject) -> calc.ClaimFigures:
    inputs = [figures.input_of(line) for line in about.lines]
    automatic = [
        replace(
            one,
            entry=replace(
                one.entry,
                work_retention_entry=calc.RetentionEntry.AUTOMATIC,
                materials_retention_entry=calc.RetentionEntry.AUTOMATIC,
            ),
        )
        for one in inputs
    ]
    return calc.calculate(about.terms, automatic, previous_certificates=about.claim.previous_certificates)
