"""Model fields for figures. Every one of them is an integer in the database.

SQLite keeps Django's DecimalField as a binary float, so no model has one; see ARCHITECTURE.md.
"""

from typing import Any

from django.db import models


class MoneyField(models.BigIntegerField):  # type: ignore[type-arg]
    """An amount in minor units (cents) of the currency that the contract or project names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", 0)
        super().__init__(*args, **kwargs)


class BasisPointsField(models.IntegerField):  # type: ignore[type-arg]
    """A percentage in hundredths of a percent: 1000 is 10 %."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", 0)
        super().__init__(*args, **kwargs)


class QuantityField(models.BigIntegerField):  # type: ignore[type-arg]
    """A quantity in ten-thousandths of its unit of measure: 12.5 m³ is 125000."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", 0)
        super().__init__(*args, **kwargs)


class UnitPriceField(models.BigIntegerField):  # type: ignore[type-arg]
    """A price per unit in ten-thousandths of the currency's major unit: $125.00 is 1250000."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", 0)
        super().__init__(*args, **kwargs)
