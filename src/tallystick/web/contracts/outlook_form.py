"""What the outlook is asked: rules as on the contract's settings, and how the remaining work comes.

The names of the fields are those of the settings' form, so that its unsaved rules can be sent here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from tallystick.claims import figures
from tallystick.claims.calc.preview import MOST_CLAIMS, Standing, spread
from tallystick.claims.calc.terms import ContractTerms, Limit, LimitKind, SlidingRule
from tallystick.contracts.models import Contract
from tallystick.contracts.states import RetentionCap, RuleLimit
from tallystick.core.errors import BadInput
from tallystick.core.money import (
    currency_exponent,
    format_money,
    format_percent,
    parse_money,
    to_decimal_string,
)
from tallystick.terms import text
from tallystick.web.forms import MoneyField, PercentField

MOST_RULES = 5
USUAL_CLAIMS = 12


class OutlookQuery:
    """The address of the outlook, read: ``terms`` and ``works`` where all is well, else ``problems``."""

    def __init__(self, query: QueryDict, contract: Contract, standing: Standing) -> None:
        self.contract = contract
        self.exponent = currency_exponent(contract.currency)
        self.problems: list[str] = []
        saved = figures.terms_of(contract)
        self.is_typed = "work_retention_bp" in query
        self.typed: dict[str, str] = self._typed(query) if self.is_typed else self._saved(saved)
        self.count = self._count(query.get("claims", ""))
        self.works_typed = query.get("works", "")[:2000]
        self.terms = self._terms(saved) if self.is_typed else saved
        if query.get("from") == "settings" and "retain_work" not in query:
            self.terms = replace(self.terms, retain_work=False)
        self.works = self._works(standing)

    @property
    def rule_rows(self) -> list[dict[str, str]]:
        """Five rows of text for the form."""
        return [
            {
                "position": str(n),
                "rate": self.typed.get(f"rule-{n}-rate", ""),
                "limit": self.typed.get(f"rule-{n}-limit", ""),
                "kind": self.typed.get(f"rule-{n}-kind", RuleLimit.PERCENT_ORIGINAL.value),
            }
            for n in range(1, MOST_RULES + 1)
        ]

    @property
    def has_rules(self) -> bool:
        """Whether a scale was typed or is saved."""
        return any(row["rate"] or row["limit"] for row in self.rule_rows)

    def _typed(self, query: QueryDict) -> dict[str, str]:
        names = ["work_retention_bp", "retention_cap", "retention_cap_bp", "retention_cap_amount"]
        for n in range(1, MOST_RULES + 1):
            names += [f"rule-{n}-rate", f"rule-{n}-kind", f"rule-{n}-limit"]
        return {name: query.get(name, "").strip()[:40] for name in names}

    def _saved(self, terms: ContractTerms) -> dict[str, str]:
        contract = self.contract
        typed = {
            "work_retention_bp": _percent(terms.work_retention_bp if terms.retain_work else 0),
            "retention_cap": contract.retention_cap,
            "retention_cap_bp": _percent(contract.retention_cap_bp) if contract.retention_cap_bp else "",
            "retention_cap_amount": to_decimal_string(contract.retention_cap_amount, self.exponent)
            if contract.retention_cap_amount
            else "",
        }
        for n, rule in enumerate(contract.sliding_rules.all(), 1):
            is_amount = rule.limit_kind == RuleLimit.AMOUNT
            typed |= {
                f"rule-{n}-rate": _percent(rule.rate_bp),
                f"rule-{n}-kind": rule.limit_kind,
                f"rule-{n}-limit": to_decimal_string(rule.limit_amount, self.exponent)
                if is_amount
                else _percent(rule.limit_bp),
            }
        return typed

    def _terms(self, saved: ContractTerms) -> ContractTerms:
        kind = self.typed["retention_cap"]
        cap = Limit()
        if kind == RetentionCap.AMOUNT:
            cap = Limit(LimitKind.AMOUNT, self._amount("retention_cap_amount", "The most that is held"))
        elif kind in (RetentionCap.PERCENT_ORIGINAL, RetentionCap.PERCENT_REVISED):
            cap = Limit(LimitKind(kind), self._rate("retention_cap_bp", "The most that is held"))
        rules = [
            self._rule(n)
            for n in range(1, MOST_RULES + 1)
            if self.typed[f"rule-{n}-rate"] or self.typed[f"rule-{n}-limit"]
        ]
        return replace(
            saved,
            retain_work=True,
            work_retention_bp=self._rate("work_retention_bp", "The rate"),
            cap=cap,
            sliding=tuple(rules),
        )

    def _rule(self, n: int) -> SlidingRule:
        kind = self.typed[f"rule-{n}-kind"]
        if kind not in RuleLimit.values:
            self.problems.append(f"Rule {n}: choose until when it applies.")
            kind = RuleLimit.PERCENT_ORIGINAL.value
        rate = self._rate(f"rule-{n}-rate", f"Rule {n}")
        if kind == RuleLimit.AMOUNT:
            return SlidingRule(rate, Limit(LimitKind.AMOUNT, self._amount(f"rule-{n}-limit", f"Rule {n}")))
        return SlidingRule(rate, Limit(LimitKind(kind), self._rate(f"rule-{n}-limit", f"Rule {n}")))

    def _rate(self, name: str, called: str) -> int:
        return self._cleaned(PercentField(required=False), name, called)

    def _amount(self, name: str, called: str) -> int:
        field = MoneyField(currency=self.contract.currency, minimum=0, required=False)
        return self._cleaned(field, name, called)

    def _cleaned(self, field: Any, name: str, called: str) -> int:
        try:
            return int(field.clean(self.typed[name]))
        except ValidationError as problem:
            self.problems.append(f"{called}: {' '.join(problem.messages)}")
            return 0

    def _count(self, typed: str) -> int:
        if not typed:
            return USUAL_CLAIMS
        if typed.isascii() and typed.isdigit() and 1 <= int(typed[:6]) <= MOST_CLAIMS:
            return int(typed)
        self.problems.append(text("Type from 1 to {most} {claims}.", most=MOST_CLAIMS))
        return USUAL_CLAIMS

    def _works(self, standing: Standing) -> list[int]:
        """The work of each claim: as typed, one a line, else the remaining work evenly."""
        lines = [line.strip() for line in self.works_typed.replace(";", "\n").splitlines() if line.strip()]
        if not lines:
            return spread(standing.remaining, self.count)
        if len(lines) > MOST_CLAIMS:
            self.problems.append(text("Type the work of at most {most} {claims}.", most=MOST_CLAIMS))
            return []
        works = []
        for number, line in enumerate(lines, 1):
            try:
                amount = parse_money(line, self.exponent, currency=self.contract.currency)
            except BadInput as problem:
                self.problems.append(f"Line {number} of the work: {problem}")
                return []
            if amount < 0:
                self.problems.append(
                    f"Line {number} of the work is negative. The outlook looks at work to come."
                )
                return []
            works.append(amount)
        if sum(works) > standing.remaining:
            remaining = format_money(standing.remaining, self.contract.currency)
            self.problems.append(f"This is more work than remains: {remaining}.")
        return works


def _percent(basis_points: int) -> str:
    return format_percent(basis_points).removesuffix("%")
