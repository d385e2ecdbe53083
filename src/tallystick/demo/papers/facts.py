"""What a paper needs to know of its claim: plain values, so that papers stand apart from the database."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """The claim that papers are made for. Amounts in minor units of Australian dollars."""

    project: str
    project_number: str
    head_contractor: str
    company: str
    trade: str
    abn: str
    address: str
    contact: str
    contract_number: str
    contract_title: str
    claim_number: int
    reference: str
    month: str
    start: date
    end: date
    work_this_period: int
    retention_this_period: int
    due: int
    tax: int
    due_with_tax: int
    lines: tuple[tuple[str, int], ...]
    """Lines with work in the period: description and amount, the largest first."""

    def money(self, minor: int) -> str:
        """An amount as these firms print it."""
        sign = "-" if minor < 0 else ""
        return f"{sign}${abs(minor) // 100:,}.{abs(minor) % 100:02d}"


def long_date(day: date) -> str:
    """``3 March 2026``."""
    return f"{day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """``03/03/2026``."""
    return f"{day:%d/%m/%Y}"
