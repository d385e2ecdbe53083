"""The data files behind the dictionaries: read once, checked, resolved in layers.

A concept's words come from the last of these files that names it:

1. ``english.toml``, common to all;
2. the locale that this one extends, then ``en-XX.toml``;
3. ``english.POINT_OF_VIEW.toml``;
4. ``en-XX.POINT_OF_VIEW.toml``, where there is one.

An entry replaces the earlier one whole, so that no abbreviation outlives its word. Words are built out of
other concepts' words *of the dictionary being made*: "{claim} contact" needs saying only once.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tallystick.terms.dictionary import (
    Dictionary,
    Kind,
    PointOfView,
    Term,
    UnknownTerm,
    WordFault,
    noun_term,
    verb_term,
)
from tallystick.terms.locales import DateOrder, Locale, PageSize
from tallystick.terms.sentences import Part, SentenceFault, Word, parse

DATA = Path(__file__).parent / "data"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Entry = Mapping[str, str]
Layer = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Concept:
    """Something the product has a word for, whatever the word is."""

    key: str
    meaning: str
    kind: Kind
    plural_key: str
    lint: bool
    statutory: bool


class Catalogue:
    """Concepts, locales and words in one folder of data files. Raises ``WordFault`` for what doesn't fit."""

    def __init__(self, folder: Path = DATA) -> None:
        self._folder = folder
        catalogue = _read(folder / "concepts.toml")
        self.everyday: frozenset[str] = frozenset(catalogue.get("everyday", ()))
        self.concepts: Mapping[str, Concept] = MappingProxyType(
            {key: _concept(key, entry) for key, entry in catalogue["concept"].items()}
        )
        self.names = _names(self.concepts)
        self._locales = {
            path.stem: _read(path) for path in sorted(folder.glob("en-*.toml")) if "." not in path.stem
        }
        self._common = self._layer("english.toml")
        self._dictionaries: dict[tuple[str, str], Dictionary] = {}
        self.parse: Callable[[str], tuple[Part, ...]] = lru_cache(maxsize=8192)(
            lambda sentence: parse(sentence, self.names)
        )

    @cached_property
    def locales(self) -> Mapping[str, Locale]:
        """Every locale by its code."""
        return MappingProxyType({code: self._locale(code) for code in self._locales})

    def dictionary(self, point_of_view: str, locale: str) -> Dictionary:
        """The dictionary of a point of view and a locale's code. Raises ``UnknownTerm`` if there is none."""
        key = (point_of_view, locale)
        if key not in self._dictionaries:
            try:
                view = PointOfView(point_of_view)
            except ValueError:
                raise UnknownTerm(f"no point of view is called {point_of_view!r}") from None
            if locale not in self._locales:
                raise UnknownTerm(f"no locale is called {locale!r}")
            self._dictionaries[key] = Dictionary(
                view, self.locales[locale], self._terms(view, locale), self.parse
            )
        return self._dictionaries[key]

    def _terms(self, view: PointOfView, locale: str) -> Mapping[str, Term]:
        entries: dict[str, Entry] = {}
        for layer in (
            self._common,
            *(self._words(self._locales[code], code) for code in self._ancestry(locale)),
            self._point_of_view_layer(f"english.{view}.toml"),
            self._point_of_view_layer(f"{locale}.{view}.toml"),
        ):
            entries.update(layer)
        missing = set(self.concepts) - set(entries)
        if missing:
            raise WordFault(f"{locale} has no word for {', '.join(sorted(missing))}")
        builder = _Builder(self.concepts, self.parse, entries)
        return MappingProxyType({key: builder.term(key) for key in self.concepts})

    def _ancestry(self, locale: str) -> list[str]:
        parent = self._locales[locale].get("locale", {}).get("extends")
        return [*(self._ancestry(parent) if parent else []), locale]

    def _locale(self, code: str) -> Locale:
        habits: dict[str, str] = {}
        tax: Entry = {}
        for ancestor in self._ancestry(code):
            habits.update(self._locales[ancestor]["locale"])
            tax = self._locales[ancestor].get("words", {}).get("tax", tax)
        return Locale(
            code=code,
            name=habits["name"],
            date_pattern=habits["date"],
            long_date_pattern=habits["long_date"],
            date_order=DateOrder(habits["date_order"]),
            first_weekday=_DAYS.index(habits["first_weekday"]),
            currency=habits["currency"],
            currency_symbol=habits["currency_symbol"],
            page_size=PageSize(habits["page_size"]),
            tax_name=tax["one"],
        )

    def _point_of_view_layer(self, name: str) -> Layer:
        layer = self._layer(name)
        for key in layer:
            if self.concepts[key].statutory:
                raise WordFault(f"{name} changes {key!r}, a term of law")
        return layer

    def _layer(self, name: str) -> Layer:
        path = self._folder / name
        return self._words(_read(path), name) if path.exists() else {}

    def _words(self, file: Mapping[str, Any], name: str) -> Layer:
        words: Layer = file.get("words", {})
        unknown = set(words) - set(self.concepts)
        if unknown:
            raise WordFault(
                f"{name} has words for {', '.join(sorted(unknown))}, which concepts.toml doesn't know"
            )
        return words


class _Builder:
    """Makes the terms of one dictionary, each after those that its words are built of."""

    def __init__(
        self,
        concepts: Mapping[str, Concept],
        parse_words: Callable[[str], tuple[Part, ...]],
        entries: Mapping[str, Entry],
    ) -> None:
        self._concepts = concepts
        self._parse = parse_words
        self._entries = entries
        self._done: dict[str, Term] = {}
        self._under_way: list[str] = []

    def term(self, key: str) -> Term:
        if key in self._done:
            return self._done[key]
        if key in self._under_way:
            raise WordFault(f"words built in a circle: {' → '.join([*self._under_way, key])}")
        self._under_way.append(key)
        concept = self._concepts[key]
        words = {form: self._built(concept, text) for form, text in self._entries[key].items()}
        term = verb_term(key, words) if concept.kind is Kind.VERB else noun_term(key, concept.kind, words)
        self._under_way.pop()
        self._done[key] = term
        return term

    def _built(self, concept: Concept, text: str) -> str:
        try:
            parts = self._parse(text)
        except SentenceFault as fault:
            raise WordFault(f"{concept.key!r}: {fault}") from fault
        if concept.statutory and any(not isinstance(part, str) for part in parts):
            raise WordFault(f"{concept.key!r} is a term of law and is written out in full")
        return "".join(self._word(concept, part) for part in parts)

    def _word(self, concept: Concept, part: Part) -> str:
        match part:
            case str():
                return part
            case Word(key, form, ""):
                return self.term(key)[form]
        raise WordFault(f"{concept.key!r} is built of something that is no concept: {part}")


def _concept(key: str, entry: Mapping[str, Any]) -> Concept:
    kind = Kind(entry.get("kind", Kind.NOUN))
    return Concept(
        key=key,
        meaning=entry["meaning"],
        kind=kind,
        plural_key=entry.get("plural", f"{key}s") if kind is Kind.NOUN else "",
        lint=entry.get("lint", False),
        statutory=entry.get("statutory", False),
    )


def _names(concepts: Mapping[str, Concept]) -> Mapping[str, tuple[str, bool]]:
    names: dict[str, tuple[str, bool]] = {key: (key, False) for key in concepts}
    for concept in concepts.values():
        if concept.plural_key:
            if concept.plural_key in names:
                raise WordFault(f"{concept.plural_key!r} is the name of two concepts")
            names[concept.plural_key] = (concept.key, True)
    return MappingProxyType(names)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise WordFault(f"{path.name}: {fault}") from fault
