"""A claim's history in words that people read: who changed what from what to what, line by line (domain §6.9).

Changes of lines are recorded under the line's id and item number (``#12 1.2: claimed_work``), since item numbers
need not be unique. Events from before that have the item number alone and are read as well.
"""

# terms: allow-file retention

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from tallystick.audit.models import Event
from tallystick.audit.registry import sentence
from tallystick.claims.models import Claim, ClaimLine, LineReview
from tallystick.core.errors import NotFound
from tallystick.core.money import format_money, format_percent, format_quantity
from tallystick.terms import current, text

PAGE_SIZE = 40
FEW = 12
"""So many changes stand with an event in the list; the others are on its own page."""

KINDS: dict[str, tuple[str, ...]] = {
    "figures": (
        "claim.lines_saved",
        "claim.proposal_taken",
        "claim.retention_set",
        "claim.retention_released",
        "claim.variations_added",
        "claim.previous_followed",
        "claim.terms_followed",
    ),
    "review": ("claim.reviewed",),
    "steps": (
        "claim.created",
        "claim.submitted",
        "claim.resubmitted",
        "claim.sent_back",
        "claim.status_changed",
        "claim.certified",
        "claim.reopened",
        "claim.reopened_for_review",
        "claim.deleted",
        "claim.restored",
    ),
    "details": ("claim.facts_changed",),
}
"""What the history can be narrowed to; whatever is recorded by other rooms is ``other``: papers, payments."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader narrows the history to; empty is everything. ``line`` is an item number, or ``#`` and an id."""

    who: str = ""
    kind: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: ``line`` names the line it is about, if it is about one."""

    line: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done. ``changes`` are the first few of ``total``; ``note`` says where a step found things."""

    id: int
    at: datetime
    who: str
    text: str
    name: str
    note: str
    changes: tuple[Change, ...]
    total: int

    @property
    def more(self) -> int:
        """Changes that are not shown here."""
        return self.total - len(self.changes)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of the history, the latest first. ``people`` are all who ever did something."""

    entries: tuple[Entry, ...]
    people: tuple[str, ...]
    matching: int
    page: int
    pages: int


def history_page(claim: Claim, wanted: Wanted | None = None, *, page: int = 1) -> HistoryPage:
    """The claim's history as far as it is wanted; a fixed number of queries. A page that there is not becomes the
    nearest one that there is."""
    wanted = wanted or Wanted()
    lines = _line_names(claim)
    found = _narrowed(_events(claim), wanted, lines)
    matching = found.count()
    pages = max(1, -(-matching // PAGE_SIZE))
    page = min(max(page, 1), pages)
    events = found.order_by("-at", "-pk")[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    reader = _Reader(claim, lines)
    return HistoryPage(
        entries=tuple(reader.entry(event, only=wanted.line, most=FEW) for event in events),
        people=tuple(_events(claim).order_by("actor_name").values_list("actor_name", flat=True).distinct()),
        matching=matching,
        page=page,
        pages=pages,
    )


def history_entry(claim: Claim, event_id: int) -> Entry:
    """One thing that was done with everything that it changed. Raises ``NotFound``."""
    event = _events(claim).filter(pk=event_id).first()
    if event is None:
        raise NotFound(text("The history of this {claim} has nothing of this number."))
    return _Reader(claim, _line_names(claim)).entry(event)


def _events(claim: Claim) -> QuerySet[Event]:
    return Event.objects.filter(subject_type=claim._meta.label_lower, subject_id=str(claim.pk))


def _line_names(claim: Claim) -> dict[int, tuple[str, str]]:
    """Item number and description by id."""
    rows = ClaimLine.objects.filter(claim=claim).order_by("position", "pk")
    return {
        pk: (item, description)
        for pk, item, description in rows.values_list("pk", "item_number", "description")
    }


def _narrowed(
    events: QuerySet[Event], wanted: Wanted, lines: Mapping[int, tuple[str, str]]
) -> QuerySet[Event]:
    if wanted.who:
        events = events.filter(actor_name=wanted.who)
    if wanted.kind == "other":
        events = events.exclude(name__in=[name for names in KINDS.values() for name in names])
    elif wanted.kind in KINDS:
        events = events.filter(name__in=KINDS[wanted.kind])
    if wanted.line:
        about = Q(pk__in=[])
        for beginning in _key_beginnings(wanted.line, lines):
            about |= Q(changes_text__contains=beginning)
        events = events.annotate(changes_text=Cast("changes", TextField())).filter(about)
    return events


def _key_beginnings(wanted: str, lines: Mapping[int, tuple[str, str]]) -> list[str]:
    """How the keys of a line's changes begin in the stored JSON, in the new way and in the old one."""
    ids = _ids_of(wanted, lines)
    items = {lines[pk][0] for pk in ids if pk in lines} | ({wanted} if not wanted.startswith("#") else set())
    return [f'"#{pk} ' for pk in ids] + [f"{json.dumps(item)[:-1]}: " for item in sorted(items) if item]


def _ids_of(wanted: str, lines: Mapping[int, tuple[str, str]]) -> list[int]:
    if wanted.startswith("#"):
        return [pk for pk in lines if str(pk) == wanted[1:]]
    return [pk for pk, (item, _) in lines.items() if item.casefold() == wanted.casefold()]


_OF_LINE = re.compile(r"(?:#(?P<id>\d+) )?(?P<item>.*): (?P<column>\w+)", re.DOTALL)


class _Reader:
    """Writes what was recorded about one claim as people read it."""

    def __init__(self, claim: Claim, lines: Mapping[int, tuple[str, str]]) -> None:
        self.currency = claim.contract.currency
        self.locale = claim.contract.project.locale
        self.lines = lines

    def entry(self, event: Event, *, only: str = "", most: int | None = None) -> Entry:
        """The event; with ``only`` the changes of that line, with ``most`` no more of them."""
        called = text("this {claim}")
        told = current().text(sentence(event.name), subject=called, **event.facts)
        changes = self._changes(event.changes, _ids_of(only, self.lines) if only else None, only)
        return Entry(
            id=event.pk,
            at=event.at,
            who=event.actor_name,
            text=told,
            name=event.name,
            note=self._note(event.facts.get("review")),
            changes=tuple(changes[:most]),
            total=len(changes),
        )

    def _changes(self, recorded: Mapping[str, Any], ids: Sequence[int] | None, only: str) -> list[Change]:
        told: dict[Change, None] = {}
        for key, column, item, line, both in _told_once(recorded):
            if ids is not None and not (line in ids if line else item == only):
                continue
            was, is_now = recorded[key]
            change = Change(
                self._line(line, item),
                _label(column, both=both),
                self._shown(column, was),
                self._shown(column, is_now),
            )
            told[change] = None
        return list(told)

    def _line(self, line: int, item: str) -> str:
        if line in self.lines:
            item, description = self.lines[line]
            return f"Line {item} {description}".replace("  ", " ") if item else f"Line {description}"
        return f"Line {item}" if item else ""

    def _shown(self, column: str, value: Any) -> str:
        """A recorded value as people read it; what is no figure stays as it is."""
        if value in (None, ""):
            return "–"
        if column.endswith("_entry") or column == "review":
            return _CHOICES.get(str(value), str(value))
        if column not in _IN_WORDS or not isinstance(value, int):
            return str(value)
        if column.endswith("_bp"):
            return format_percent(value)
        if column.endswith("quantity"):
            return format_quantity(value)
        return format_money(value, self.currency, self.locale)

    def _note(self, found: Mapping[str, Any] | None) -> str:
        """Where a step found the figures and the marks."""
        if not found:
            return ""
        claimed, assessed = found["claimed"], found["assessed"]
        parts = [text("{Bill:past} {amount}", amount=self._money(claimed))]
        if assessed != claimed:
            parts.append(f"assessed {self._money(assessed)}")
        if found["rejected"]:
            parts.append(f"{found['rejected']} of {found['of']} lines rejected")
        return ", ".join(parts) + "."

    def _money(self, amount: int) -> str:
        return format_money(amount, self.currency, self.locale)


def _label(column: str, *, both: bool) -> str:
    label = _IN_WORDS.get(column, column.replace("_", " "))
    return text(label.partition(",")[0] if both else label)


def _told_once(recorded: Mapping[str, Any]) -> Iterable[tuple[str, str, str, int, bool]]:
    """Key, column, item number and line of every change worth telling, and whether it stands for two: what is
    claimed and what is assessed change together until the review, and that is one change to a reader."""
    for key, pair in recorded.items():
        found = _OF_LINE.fullmatch(key)
        if found is None:
            yield key, key, "", 0, False
            continue
        column = found["column"]
        side, _, entry = column.partition("_")
        other = {"assessed": "claimed", "claimed": "assessed"}.get(side)
        both = other is not None and recorded.get(f"{key[: -len(column)]}{other}_{entry}") == pair
        if not (both and side == "assessed"):
            yield key, column, found["item"], int(found["id"] or 0), both


_IN_WORDS = {
    "claimed_work": "work this period, {bill:past}",
    "assessed_work": "work this period, assessed",
    "claimed_quantity": "quantity this period, {bill:past}",
    "assessed_quantity": "quantity this period, assessed",
    "claimed_materials_new": "new materials, {bill:past}",
    "assessed_materials_new": "new materials, assessed",
    "claimed_materials_previous": "materials still in store, {bill:past}",
    "assessed_materials_previous": "materials still in store, assessed",
    "work_retention_entry": "{retention} on work is",
    "work_retention_rate_bp": "{retention} on work, rate",
    "work_retention_this": "{retention} on work this period",
    "work_retention_released": "{retention} on work released",
    "materials_retention_entry": "{retention} on materials is",
    "materials_retention_rate_bp": "{retention} on materials, rate",
    "materials_retention_this": "{retention} on materials this period",
    "materials_retention_released": "{retention} on materials released",
    "previous_certificates": "previous certificates",
    "claim_type": "what it holds",
    "is_final": "the last one of the contract",
    "review": "mark",
    "review_reason": "reason",
}
_CHOICES = {
    "automatic": "by the contract’s rules",
    "amount": "typed as an amount",
    "rate": "typed as a rate",
    **{mark.value: mark.label for mark in LineReview},
}
