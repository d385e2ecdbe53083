"""What things are called, by point of view and by region (R-TERMS, domain §1).

Nobody writes "invoice" or "progress claim" into a page: a page asks for the concept, ``claim``, and the
dictionary in force answers. The words are data (``data/*.toml``, for people who don't program).

- ``dictionary(point_of_view, locale)`` gives a ``Dictionary``, ``resolve(account=…, project=…, user=…)`` the
  one for a reader.
- ``d("claim")``, ``d.plural``, ``d.a``, ``d.title``, ``d.cap``, ``d.short``, ``d.verb``, ``d.count``: a word.
- ``d.text("Compile {claim_backups}")``: a sentence; ``sentences`` describes what may stand in the braces.
- ``with use(d):`` puts one in force; ``current()`` is it, ``text(…)`` and ``lazy_text(…)`` write with it.
- In templates: ``{% t "Compile {claim_backups}" %}``, ``{% term "claim" plural title %}``.
- ``lint`` finds words written out and a wrong "a" or "an"; tests run it over every template and page.
"""

from tallystick.terms.choosing import (
    DEFAULT_LOCALE,
    DEFAULT_POINT_OF_VIEW,
    POINT_OF_VIEW_CHOICES,
    catalogue,
    dictionary,
    locale_choices,
    resolve,
)
from tallystick.terms.context import current, lazy_text, text, use
from tallystick.terms.dictionary import Dictionary, PointOfView, Term, UnknownTerm, WordFault
from tallystick.terms.locales import DateOrder, Locale, PageSize
from tallystick.terms.sentences import SentenceFault

__all__ = [
    "DEFAULT_LOCALE",
    "DEFAULT_POINT_OF_VIEW",
    "POINT_OF_VIEW_CHOICES",
    "DateOrder",
    "Dictionary",
    "Locale",
    "PageSize",
    "PointOfView",
    "SentenceFault",
    "Term",
    "UnknownTerm",
    "WordFault",
    "catalogue",
    "current",
    "dictionary",
    "lazy_text",
    "locale_choices",
    "resolve",
    "text",
    "use",
]
