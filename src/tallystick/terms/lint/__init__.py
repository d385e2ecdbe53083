"""Faults of wording that a test can find; ``tests/arch`` runs these over every template, module and page."""

from tallystick.terms.lint.articles import wrong_articles
from tallystick.terms.lint.finding import Finding
from tallystick.terms.lint.sentences import sentence_faults
from tallystick.terms.lint.words import linted_words, words_in_python, words_in_template

__all__ = [
    "Finding",
    "linted_words",
    "sentence_faults",
    "words_in_python",
    "words_in_template",
    "wrong_articles",
]
