"""What a check of wording reports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to put right; ``line`` counts from 1 and is 0 where there are no lines."""

    line: int
    found: str
    advice: str

    def __str__(self) -> str:
        return (
            f"line {self.line}: {self.found!r}: {self.advice}"
            if self.line
            else f"{self.found!r}: {self.advice}"
        )
