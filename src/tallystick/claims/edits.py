"""What is typed on one line of a claim, as a value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryEdit:
    """What was typed on one line; ``None`` leaves a cell as it is.

    Amounts in minor units, ``quantity`` in ten-thousandths. By unit the quantity is what counts, and ``work``
    follows from it unless it comes along (a finished line takes what is left to the cent). A retention of this
    period is typed as an amount or as a rate (basis points), or given back to the contract's rules with
    ``*_automatic``. ``review`` is the reviewer's mark (``LineReview``) and ``review_reason`` what is said with it.
    """

    line_id: int
    work: int | None = None
    quantity: int | None = None
    materials_previous: int | None = None
    materials_new: int | None = None
    work_retention: int | None = None
    work_retention_bp: int | None = None
    work_retention_automatic: bool = False
    materials_retention: int | None = None
    materials_retention_bp: int | None = None
    materials_retention_automatic: bool = False
    work_released: int | None = None
    materials_released: int | None = None
    review: str | None = None
    review_reason: str | None = None
    comment: str | None = None

    @property
    def touches_retention(self) -> bool:
        """Whether it sets or releases retention."""
        typed = (
            self.work_retention,
            self.work_retention_bp,
            self.materials_retention,
            self.materials_retention_bp,
            self.work_released,
            self.materials_released,
        )
        automatic = self.work_retention_automatic or self.materials_retention_automatic
        return automatic or any(value is not None for value in typed)
