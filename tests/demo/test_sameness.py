"""Two loadings are the same to the cent and to the byte; only the calendar moves."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.db import transaction

from tallystick.claims.models import Claim, ClaimLine
from tallystick.demo.content.calendar import Calendar
from tallystick.demo.loader import load
from tallystick.documents.models import Attachment

FEW = ("SC-008", "PO-001", "PO-004")


class NoPictures:
    """Stands for the other process: the name is the picture."""

    def get(self, name: str) -> bytes:
        return name.encode()

    def close(self) -> None:
        pass


class Undo(Exception):
    """Takes a loading back."""


def loaded_at(moment: datetime) -> tuple[str, str]:
    """Digests of all figures and of all papers."""
    found = ("", "")
    try:
        with transaction.atomic():
            load(Calendar(moment), only=FEW, pictures=NoPictures())
            found = (figures(), papers())
            raise Undo
    except Undo:
        return found


def figures() -> str:
    claims = Claim.objects.order_by("contract__number", "number").values_list(
        "contract__number", "number", "reference", "status", "completed_to_date", "total_retention", "payment_due",
        "claimed_this_period", "assessed_this_period", "certified_this_period", "tax",
    )  # fmt: skip
    lines = ClaimLine.objects.order_by("claim__contract__number", "claim__number", "position").values_list(
        "description",
        "scheduled_value",
        "claimed_work",
        "assessed_work",
        "materials_stored",
        "review",
        "balance",
    )
    return sha256(repr([*claims, *lines]).encode()).hexdigest()


def papers() -> str:
    rows = Attachment.objects.order_by(
        "claim__contract__number",
        "claim__number",
        "contract__number",
        "company__name",
        "position",
        "name",
        "file__sha256",  # the whole sample may be loaded beside it, with the same numbers
        "uploaded_at",
    )
    return sha256(repr(list(rows.values_list("name", "file__sha256", "uploaded_at"))).encode()).hexdigest()


@pytest.mark.django_db
def test_two_loadings_are_the_same_and_another_month_has_the_same_figures():
    first = loaded_at(datetime(2026, 3, 21, 3, 30, tzinfo=UTC))
    again = loaded_at(datetime(2026, 3, 21, 3, 30, tzinfo=UTC))
    on_the_first_of_a_month = loaded_at(datetime(2027, 1, 31, 13, 5, tzinfo=UTC))
    assert first == again
    assert on_the_first_of_a_month[0] == first[0]
    assert on_the_first_of_a_month[1] != first[1]
