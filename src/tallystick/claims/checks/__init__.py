"""What a claim is looked over for before it is submitted, and shown to its reviewer alike (R-CONTACT-3, domain §17).

Each check is a function of a claim that is loaded with its lines; it yields remarks, each a sentence with figures and
the place that it is about. Whether a check blocks, warns or is off is the project's choice. Rooms above register their
own in a module that their ``apps`` imports:

    @check("papers_missing", title="Required papers", help="…", default=Rule.BLOCK, order=70)
    def papers_missing(about: Subject) -> Iterator[Remark]:
        …
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from tallystick.access.actor import Actor
from tallystick.claims import calc, figures
from tallystick.claims.models import Claim, ClaimLine
from tallystick.claims.policies import side_of
from tallystick.claims.states import CERTIFIED, Side
from tallystick.claims.storage import lines_of
from tallystick.contracts.models import Contract, Variation
from tallystick.contracts.policies import can_see_sov
from tallystick.core.errors import BadInput
from tallystick.core.money import format_money, format_percent
from tallystick.core.text import plural
from tallystick.directory.models import Project
from tallystick.terms.context import text


class Rule(StrEnum):
    """What follows from a check's remarks."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


class Place(StrEnum):
    """What a remark is about, and so where it can be put right."""

    LINE = "line"
    SUMMARY = "summary"
    DETAILS = "details"
    PAPERS = "papers"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a check noticed. ``ref`` is the id of the claim's line or of the paper."""

    sentence: str
    place: Place = Place.SUMMARY
    ref: int | None = None
    item: str = ""

    @property
    def full(self) -> str:
        """The sentence with the line that it is about."""
        return f"Line {self.item}: {self.sentence}" if self.item else self.sentence


class Subject:
    """A claim under its checks: what several of them read, each read once and only where one asks for it."""

    def __init__(self, actor: Actor, claim: Claim, lines: Sequence[ClaimLine]) -> None:
        self.actor = actor
        self.claim = claim
        self.lines = lines
        self.contract: Contract = claim.contract
        self.project: Project = claim.contract.project

    def money(self, minor: int) -> str:
        """An amount as the project writes it."""
        return format_money(minor, self.contract.currency, self.project.locale)

    def percent(self, basis_points: int) -> str:
        """A percentage with at most one decimal."""
        return format_percent(basis_points)

    @cached_property
    def terms(self) -> calc.ContractTerms:
        """The contract's terms of billing."""
        return figures.terms_of(self.contract)

    @cached_property
    def fresh(self) -> calc.ClaimFigures:
        """All figures computed anew from what is entered."""
        return figures.calculate(self.terms, self.claim, self.lines)

    @cached_property
    def previous(self) -> Claim | None:
        """The claim before this one."""
        return Claim.objects.filter(
            contract_id=self.claim.contract_id, deleted_at=None, number=self.claim.number - 1
        ).first()

    @cached_property
    def variations(self) -> dict[int, Variation]:
        """The contract's variations by id."""
        return {variation.pk: variation for variation in Variation.objects.filter(contract=self.contract)}

    def on(self, line: ClaimLine, sentence: str, **values: object) -> Remark:
        """A remark about a line."""
        return Remark(text(sentence, **values), Place.LINE, line.pk, line.item_number)


Find = Callable[[Subject], Iterable[Remark]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check. ``decided`` says what follows where something else than the project's list of checks decides it."""

    key: str
    title: str
    help: str
    default: Rule
    order: int
    find: Find
    decided: Callable[[Contract], Rule] | None = None


_CHECKS: dict[str, Check] = {}


def check(
    key: str,
    *,
    title: str,
    help: str,
    default: Rule,
    order: int,
    decided: Callable[[Contract], Rule] | None = None,
) -> Callable[[Find], Find]:
    """Register the decorated function. ``title`` and ``help`` may name the dictionary's words."""

    def register(find: Find) -> Find:
        known = _CHECKS.get(key)
        if known is not None and known.find.__qualname__ != find.__qualname__:
            raise ValueError(f"the check {key} is registered twice")
        _CHECKS[key] = Check(key, title, help, default, order, find, decided)
        return find

    return register


def all_checks() -> list[Check]:
    """Every check in the order in which people read them."""
    return sorted(_CHECKS.values(), key=lambda one: (one.order, one.key))


def rule_of(one: Check, contract: Contract) -> Rule:
    """What follows from a check on this contract."""
    return one.decided(contract) if one.decided else project_rule(one, contract.project)


def project_rule(one: Check, project: Project) -> Rule:
    """What the project chose for a check, or its default."""
    chosen = project.check_rules.get(one.key)
    return Rule(chosen) if chosen in set(Rule) else one.default


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that remarked on something."""

    key: str
    title: str
    rule: Rule
    remarks: tuple[Remark, ...]

    @property
    def blocks(self) -> bool:
        """Whether it has to be put right before the claim is submitted."""
        return self.rule is Rule.BLOCK


@dataclass(frozen=True, slots=True)
class Checked:
    """What all checks found, what blocks first."""

    findings: tuple[Finding, ...]
    looked_at: int

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What has to be put right."""
        return tuple(one for one in self.findings if one.blocks)

    @property
    def to_fix(self) -> int:
        """How many remarks have to be put right."""
        return sum(len(one.remarks) for one in self.blocking)

    @property
    def to_look_at(self) -> int:
        """How many are worth a look."""
        return sum(len(one.remarks) for one in self.findings if not one.blocks)


def checks_of(actor: Actor, claim: Claim, lines: Sequence[ClaimLine] | None = None) -> Checked:
    """Look the claim over. ``lines`` come from ``storage.lines_of`` and are read where they are not given.

    A certified claim is final and not looked over. Who may not see the contract's lines reads nothing about them. The
    number of queries does not depend on the lines, the papers or the earlier claims.
    """
    if claim.status in CERTIFIED:
        return Checked((), 0)
    found, asked = [], 0
    about = Subject(actor, claim, lines_of(claim) if lines is None else lines)
    sees_lines = bool(can_see_sov(actor, claim.contract))
    for one in all_checks():
        rule = rule_of(one, claim.contract)
        if rule is Rule.OFF:
            continue
        asked += 1
        remarks = tuple(remark for remark in one.find(about) if sees_lines or remark.place is not Place.LINE)
        if remarks:
            found.append(Finding(one.key, text(one.title), rule, remarks))
    found.sort(key=lambda one: not one.blocks)
    return Checked(tuple(found), asked)


MOST_SAID = 3


def require_clear(actor: Actor, claim: Claim, lines: Sequence[ClaimLine], reason: str) -> tuple[str, ...]:
    """Raise ``BadInput`` where something has to be put right before the claim is submitted.

    An administrator may go ahead with a reason: gives the sentences that were passed over, to be recorded with it.
    """
    blocking = checks_of(actor, claim, lines).blocking
    if not blocking:
        return ()
    said = [remark.full for one in blocking for remark in one.remarks]
    is_admin = side_of(actor, claim.contract) is Side.ADMIN
    if is_admin and reason.strip():
        return tuple(said)
    more = f" And {len(said) - MOST_SAID} more." if len(said) > MOST_SAID else ""
    ahead = " As an administrator you can go ahead with a reason." if is_admin else ""
    raise BadInput(
        text(
            "This {claim} is not submitted: {things} first. ",
            things=plural(len(said), "thing has to be put right", "things have to be put right"),
        )
        + " ".join(said[:MOST_SAID])
        + more
        + ahead,
        {"reason": "Say why it goes ahead."} if is_admin else {},
    )
