"""Checks of a claim against its contract and its past: materials in store, variations, the due day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tallystick.claims.checks import Place, Remark, Rule, Subject, check
from tallystick.claims.fields import missing_fields
from tallystick.claims.models import ClaimLine
from tallystick.claims.states import EDITABLE
from tallystick.contracts.states import StoredMaterialsMode, VariationStatus
from tallystick.core.dates import format_date
from tallystick.periods.policies import due_day, is_past_due
from tallystick.terms.context import text

IN_STORE_FOR = 3
"""Materials that lie in store on so many claims, this one among them, are asked about."""

LOOKED_BACK = 24
"""How many earlier claims are looked at."""


@dataclass(frozen=True, slots=True)
class _Store:
    """A line's store over the claims until now: since which claim nothing of it was used, and how often it grew."""

    since: int
    claims: int
    grew: int


def _stores(about: Subject) -> dict[int, _Store]:
    """By line of the schedule, for lines whose earlier materials all still lie in store: one query."""
    if about.contract.stored_materials_mode != StoredMaterialsMode.MANUAL:
        return {}
    waiting = {
        line.sov_line_id: line
        for line in about.lines
        if line.previous_materials and line.assessed_materials_previous == line.previous_materials
    }
    if not waiting:
        return {}
    number = about.claim.number
    rows = ClaimLine.objects.filter(
        claim__contract_id=about.claim.contract_id,
        claim__deleted_at=None,
        claim__number__lt=number,
        claim__number__gte=number - LOOKED_BACK,
        sov_line__in=list(waiting),
    ).order_by("-claim__number")
    stores = {key: _Store(number, 1, int(bool(line.assessed_materials_new))) for key, line in waiting.items()}
    ended: set[int] = set()
    for key, at, before, left, new in rows.values_list(
        "sov_line_id",
        "claim__number",
        "previous_materials",
        "assessed_materials_previous",
        "assessed_materials_new",
    ):
        if key in ended:
            continue
        store = stores[key]
        if before != left or not (before or new):
            ended.add(key)  # something of it was used here: what lies there since came later
            continue
        stores[key] = _Store(at, store.claims + 1, store.grew + int(bool(new)))
        if not before:
            ended.add(key)  # this is where it came in
    return stores


@check(
    "materials_unused",
    title="{Stored_materials} never used",
    help="Materials that have lain in store on three {claims} or more without any of them becoming work.",
    default=Rule.WARN,
    order=45,
)
def materials_unused(about: Subject) -> Iterator[Remark]:
    """In store for several claims, and never moved into work (domain §6.7)."""
    stores = _stores(about)
    for line in about.lines:
        store = stores.get(line.sov_line_id)
        if store is None or store.claims < IN_STORE_FOR or store.grew >= IN_STORE_FOR:
            continue
        yield about.on(
            line,
            "{amount} of materials lie in store since {claim:short} {since} ({claims:n}), and none became work.",
            amount=about.money(line.previous_materials),
            since=store.since,
            n=store.claims,
        )


@check(
    "materials_piling_up",
    title="{Stored_materials} piling up",
    help="New materials on three {claims} or more while none of those in store become work.",
    default=Rule.WARN,
    order=46,
)
def materials_piling_up(about: Subject) -> Iterator[Remark]:
    """New materials each time while nothing moves."""
    stores = _stores(about)
    for line in about.lines:
        store = stores.get(line.sov_line_id)
        if store is not None and line.assessed_materials_new and store.grew >= IN_STORE_FOR:
            yield about.on(
                line,
                "materials came in on {claims:n} since {claim:short} {since} and none became work: "
                "{amount} are in store, {new} of them new.",
                n=store.grew,
                since=store.since,
                amount=about.money(line.materials_stored),
                new=about.money(line.assessed_materials_new),
            )


@check(
    "variation_not_approved",
    title="{Variation} not approved",
    help="Lines of {a variation} that is not approved, or not any more.",
    default=Rule.BLOCK,
    order=25,
)
def variation_not_approved(about: Subject) -> Iterator[Remark]:
    """Only an approved variation is in the contract sum and in claims (domain §6.3)."""
    for line in about.lines:
        of = line.sov_line.variation_id
        if of is None:
            continue
        variation = about.variations[of]
        if variation.status == VariationStatus.APPROVED:
            continue
        said = (
            "{variation} {number} is {status}, but {amount} is {bill:past} on it to date."
            if line.total_completed
            else "{variation} {number} is {status}, but its {amount} counts in the contract sum of this {claim}."
        )
        yield about.on(
            line,
            said,
            number=variation.number,
            status=VariationStatus(variation.status).label,
            amount=about.money(line.total_completed or line.scheduled_value),
        )


@check(
    "fields_missing",
    title="Required fields",
    help="A field of {a claim} that is required, and is empty.",
    default=Rule.BLOCK,
    order=65,
)
def fields_missing(about: Subject) -> Iterator[Remark]:
    """Fields that the project requires of every claim (domain §6.1)."""
    for label in missing_fields(about.claim):
        yield Remark(text("{field} is required, and is empty.", field=label), Place.DETAILS)


SHORTEST_NUMBER = 3


@check(
    "variation_mentioned",
    title="{Variation} mentioned before approval",
    help="A comment that names {a variation} whose lines can't be in this {claim}, since it is not approved.",
    default=Rule.WARN,
    order=26,
)
def variation_mentioned(about: Subject) -> Iterator[Remark]:
    """Comments that name the number of a variation that is not approved and has no line here."""
    comments = [(line, line.comment) for line in about.lines if line.comment]
    if not comments and not about.claim.comment:
        return
    here = {line.sov_line.variation_id for line in about.lines}
    for variation in about.variations.values():
        if variation.status == VariationStatus.APPROVED or variation.pk in here:
            continue
        if len(variation.number) < SHORTEST_NUMBER:
            continue
        named = re.compile(rf"(?<!\w){re.escape(variation.number)}(?!\w)", re.IGNORECASE)
        said = "The comment names {variation} {number}, which is {status}: it can be {bill:past} once it is approved."
        values = {"number": variation.number, "status": VariationStatus(variation.status).label}
        if named.search(about.claim.comment):
            yield Remark(text(said, **values), Place.DETAILS)
        for line, comment in comments:
            if named.search(comment):
                yield about.on(line, said, **values)


@check(
    "late",
    title="After the due day",
    help="{A claim} that is submitted after the due day of its {billing_period}.",
    default=Rule.WARN,
    order=90,
)
def late(about: Subject) -> Iterator[Remark]:
    """The due day is over, or was when it was submitted."""
    claim = about.claim
    if claim.period is None:
        return
    if claim.status in EDITABLE:
        if is_past_due(claim.period, claim.contract):
            yield Remark(_late(about, "The due day was {day}: it will be marked as late."), Place.DETAILS)
    elif claim.is_late:
        yield Remark(_late(about, "It came after the due day, {day}."), Place.DETAILS)


def _late(about: Subject, sentence: str) -> str:
    period = about.claim.period
    if period is None:
        return ""
    return text(sentence, day=format_date(due_day(period, about.contract), about.project.locale))
