"""Reading ``jurisdictions.toml``, strictly: a wrong row stops the program and says which one and why."""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from tallystick.jurisdictions.model import (
    AnswerTerm,
    Basis,
    Confidence,
    CountFrom,
    DatedBy,
    Place,
    Role,
    Rule,
    Shutdown,
    Table,
)
from tallystick.terms.choosing import catalogue, dictionary
from tallystick.terms.sentences import SentenceFault

FILE = Path(__file__).parent / "jurisdictions.toml"

_DAY_OF_YEAR = re.compile(r"(?P<month>\d\d)-(?P<day>\d\d)")
_KEY = re.compile(r"[a-z]{2}(-[a-z0-9]+)*")
_LONGEST_KEY = 12
_E = TypeVar("_E", bound=StrEnum)


class TableFault(ValueError):
    """A row of the table is wrong; names the file, the row and what is wrong with it."""


@cache
def table() -> Table:
    """The table of this installation, read once."""
    return read_table(FILE.read_text(encoding="utf-8"), FILE.name)


def read_table(source: str, name: str) -> Table:
    """The table in ``source``. Raises ``TableFault`` with the file's name and the row."""
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as fault:
        raise TableFault(f"{name} is no TOML: {fault}") from fault
    if unknown := set(data) - {"place", "shutdown", "rule"}:
        raise TableFault(f"{name}: there is no table called {', '.join(sorted(unknown))}")
    read = Table(
        places=tuple(_rows(data, "place", name, _place)),
        shutdowns=tuple(_rows(data, "shutdown", name, _shutdown)),
        rules=tuple(_rows(data, "rule", name, _rule)),
    )
    _check_whole(read, name)
    return read


_T = TypeVar("_T")


def _rows(data: Mapping[str, Any], kind: str, name: str, make: "Callable[[_Row], _T]") -> list[_T]:
    made = []
    for number, values in enumerate(data.get(kind, []), start=1):
        row = _Row(values, f"{name}, {kind} {number} ({values.get('key') or values.get('law') or 'no key'})")
        made.append(make(row))
        row.all_taken()
    if not made:
        raise TableFault(f"{name} has no [[{kind}]]")
    return made


def _place(row: "_Row") -> Place:
    key = row.text("key")
    if not _KEY.fullmatch(key) or len(key) > _LONGEST_KEY:
        row.refuse(f"key “{key}” is no key such as au-nsw of at most {_LONGEST_KEY} characters")
    place = Place(
        key=key,
        name=row.text("name"),
        law=row.text("law"),
        country=row.text("country"),
        subdivision=row.text("subdivision", ""),
        holidays_checked_to=row.number("holidays_checked_to", at_least=2000),
        not_observed=tuple(row.texts("not_observed")),
        note=row.sentence("note", ""),
    )
    import holidays

    known = holidays.list_supported_countries()
    if place.country not in known:
        row.refuse(f"the package “holidays” knows no country {place.country}")
    if place.subdivision and place.subdivision not in known[place.country]:
        row.refuse(f"the package “holidays” knows no subdivision {place.subdivision} of {place.country}")
    return place


def _shutdown(row: "_Row") -> Shutdown:
    return Shutdown(
        law=row.text("law"),
        first=row.day_of_year("first"),
        last=row.day_of_year("last"),
        valid_from=row.day("valid_from"),
        valid_to=row.day("valid_to"),
        source=row.text("source"),
        confidence=row.one_of(Confidence, "confidence"),
        note=row.sentence("note", ""),
    )


def _rule(row: "_Row") -> Rule:
    rule = Rule(
        key=row.text("key"),
        law=row.text("law"),
        role=row.one_of(Role, "role"),
        act=row.text("act"),
        sections=row.text("sections", ""),
        dated_by=row.one_of(DatedBy, "dated_by"),
        valid_from=row.day("valid_from"),
        valid_to=row.day("valid_to"),
        cites_act=row.yes_or_no("cites_act"),
        answer=row.text("answer"),
        paper=row.yes_or_no("paper", True),
        instead=row.sentence("instead", ""),
        answer_days=row.days("answer_days"),
        answer_from=row.one_of(CountFrom, "answer_from", CountFrom.RECEIPT),
        answer_term=row.one_of(AnswerTerm, "answer_term", AnswerTerm.EARLIER),
        due_days=row.days("due_days"),
        pay_days=row.days("pay_days"),
        pay_longest=row.days("pay_longest"),
        pay_void=row.days("pay_void"),
        pay_from=row.one_of(CountFrom, "pay_from", CountFrom.RECEIPT),
        pay_unknown=row.sentence("pay_unknown", ""),
        pay_less_days=row.days("pay_less_days"),
        basis=row.one_of(Basis, "basis"),
        silence=row.sentence("silence"),
        source=row.text("source"),
        answer_confidence=row.one_of(Confidence, "answer_confidence"),
        pay_confidence=row.one_of(Confidence, "pay_confidence"),
        note=row.sentence("note", ""),
    )
    _check_rule(row, rule)
    return rule


def _check_rule(row: "_Row", rule: Rule) -> None:
    concept = catalogue().concepts.get(rule.answer)
    if concept is None or not concept.statutory:
        row.refuse(f"answer “{rule.answer}” is no statutory term of the dictionary")
    if rule.paper == bool(rule.instead):
        row.refuse("instead is needed where paper is false, and only there")
    if rule.paper and rule.answer_days is None:
        row.refuse("answer_days is needed")
    if (rule.pay_days is None) != bool(rule.pay_unknown):
        row.refuse("either pay_days or pay_unknown is needed")
    if (rule.pay_longest is None) != (rule.pay_void is None):
        row.refuse("pay_longest and pay_void go together")
    for name in ("pay_days", "pay_void"):
        days = getattr(rule, name)
        if rule.pay_longest is not None and days is not None and days > rule.pay_longest:
            row.refuse(f"{name} is more than pay_longest")
    counts_from_due = CountFrom.DUE in (rule.answer_from, rule.pay_from) or rule.pay_less_days is not None
    if counts_from_due != (rule.due_days is not None):
        row.refuse("due_days is needed where something counts from the due date, and only there")
    if rule.valid_from and rule.valid_to and rule.valid_from > rule.valid_to:
        row.refuse("valid_from is after valid_to")


def _check_whole(read: Table, name: str) -> None:
    for kind, keys in (("place", [p.key for p in read.places]), ("rule", [r.key for r in read.rules])):
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise TableFault(f"{name}: more than one {kind} is called {', '.join(sorted(twice))}")
    laws = {rule.law for rule in read.rules}
    for place in read.places:
        if place.law not in laws:
            raise TableFault(f"{name}, place {place.key}: no rule is of the law {place.law}")
    for law in {shutdown.law for shutdown in read.shutdowns} | laws:
        if law not in {place.law for place in read.places}:
            raise TableFault(f"{name}: no place has the law {law}")
    for one, other in combinations(read.rules, 2):
        if (one.law, one.role) != (other.law, other.role):
            continue
        if one.dated_by is not other.dated_by:
            raise TableFault(f"{name}: the rules {one.key} and {other.key} are dated by different things")
        if _overlap(one, other):
            raise TableFault(f"{name}: the rules {one.key} and {other.key} hold on the same days")


def _overlap(one: Rule, other: Rule) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    return starts <= min(one.valid_to or date.max, other.valid_to or date.max)


_MISSING: Any = object()


class _Row:
    """The values of one row, each asked for once; what nobody asked for has a wrong name."""

    def __init__(self, values: Mapping[str, Any], name: str) -> None:
        self._values = dict(values)
        self._name = name

    def refuse(self, why: str) -> NoReturn:
        raise TableFault(f"{self._name}: {why}")

    def all_taken(self) -> None:
        if self._values:
            self.refuse(f"there is no field called {', '.join(sorted(self._values))}")

    def _take(self, field: str, kind: type, default: Any = _MISSING) -> Any:
        value = self._values.pop(field, default)
        if value is _MISSING:
            self.refuse(f"{field} is needed")
        if value is default:
            return value
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.refuse(f"{field} has to be a {kind.__name__}")
        return value

    def text(self, field: str, default: Any = _MISSING) -> str:
        value: str = self._take(field, str, default)
        if value is not default and (not value.strip() or value != value.strip()):
            self.refuse(f"{field} is empty or has spaces around it")
        return value

    def sentence(self, field: str, default: Any = _MISSING) -> str:
        """Text with words of the dictionary in braces, and a full stop."""
        value = self.text(field, default)
        if value:
            try:
                dictionary().text(value)
            except SentenceFault as fault:
                self.refuse(f"{field}: {fault}")
            if not value.endswith("."):
                self.refuse(f"{field} does not end in a full stop")
        return value

    def texts(self, field: str) -> list[str]:
        values: list[str] = self._take(field, list, [])
        if not all(isinstance(value, str) and value for value in values):
            self.refuse(f"{field} has to be a list of names")
        return values

    def number(self, field: str, *, at_least: int) -> int:
        value: int = self._take(field, int)
        if value < at_least:
            self.refuse(f"{field} is below {at_least}")
        return value

    def days(self, field: str) -> int | None:
        value: int | None = self._take(field, int, None)
        if value is not None and not 1 <= value <= 365:
            self.refuse(f"{field} has to be from 1 to 365")
        return value

    def yes_or_no(self, field: str, default: Any = _MISSING) -> bool:
        value: bool = self._take(field, bool, default)
        return value

    def day(self, field: str) -> date | None:
        value: date | None = self._take(field, date, None)
        if isinstance(value, datetime):
            self.refuse(f"{field} has to be a day without a time")
        return value

    def day_of_year(self, field: str) -> tuple[int, int]:
        text = self.text(field)
        match = _DAY_OF_YEAR.fullmatch(text)
        try:
            if match is None:
                raise ValueError(text)
            day = date(2023, int(match["month"]), int(match["day"]))
        except ValueError:
            self.refuse(f"{field} “{text}” is no day of the year such as 12-27")
        return day.month, day.day

    def one_of(self, kind: type[_E], field: str, default: Any = _MISSING) -> _E:
        value = self._take(field, str, default)
        try:
            return kind(value)
        except ValueError:
            self.refuse(f"{field} “{value}” is none of {', '.join(kind)}")
