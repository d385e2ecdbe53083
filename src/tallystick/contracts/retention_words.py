"""A contract's terms in words: its sliding scale, and what changed of its facts, for people to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tallystick.contracts.models import Contract
from tallystick.contracts.states import RetentionCap, RuleLimit
from tallystick.core.dates import format_date
from tallystick.core.money import format_money, format_percent


@dataclass(frozen=True, slots=True)
class RuleInput:
    """One rule of a sliding scale: rate in basis points until a limit (domain §6.6)."""

    rate_bp: int
    limit_kind: str
    limit_bp: int = 0
    limit_amount: int = 0


def rule_in_words(contract: Contract, rule: RuleInput) -> str:
    """``10% until 5% of the original sum is held``."""
    limit = {
        RuleLimit.PERCENT_ORIGINAL: f"{format_percent(rule.limit_bp)} of the original sum",
        RuleLimit.PERCENT_REVISED: f"{format_percent(rule.limit_bp)} of the revised sum",
        RuleLimit.AMOUNT: _money(contract, rule.limit_amount),
    }[RuleLimit(rule.limit_kind)]
    return f"{format_percent(rule.rate_bp)} until {limit} is held"


def scale_in_words(contract: Contract, rules: Sequence[RuleInput]) -> str:
    """The rules one after the other; ``none`` where there are none."""
    if not rules:
        return "none"
    return ", then ".join(rule_in_words(contract, rule) for rule in rules) + ", then nothing more"


def cap_in_words(contract: Contract) -> str:
    """``at most 5% of the original sum``; empty where there is no cap."""
    return {
        RetentionCap.NONE: "",
        RetentionCap.PERCENT_ORIGINAL: f"at most {format_percent(contract.retention_cap_bp)} of the original sum",
        RetentionCap.PERCENT_REVISED: f"at most {format_percent(contract.retention_cap_bp)} of the revised sum",
        RetentionCap.AMOUNT: f"at most {_money(contract, contract.retention_cap_amount)}",
    }[RetentionCap(contract.retention_cap)]


def told(contract: Contract, differences: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Changes of a contract's facts as the history shows them: rates as percentages, choices by their labels."""
    return {
        name.removesuffix("_bp").removeprefix("is_"): [_shown(contract, name, value) for value in pair]
        for name, pair in differences.items()
    }


def _shown(contract: Contract, name: str, value: Any) -> str:
    field = Contract._meta.get_field(name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "":
        return ""
    if name.endswith("_bp"):
        return format_percent(value)
    if name.endswith("_amount"):
        return _money(contract, value)
    if name.endswith("_date"):
        return format_date(value, contract.project.locale)
    labels = {str(key): str(label) for key, label in getattr(field, "flatchoices", ())}
    return labels.get(str(value), str(value))


def _money(contract: Contract, minor: int) -> str:
    return format_money(minor, contract.currency, contract.project.locale)
