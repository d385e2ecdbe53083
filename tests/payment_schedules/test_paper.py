"""The paper says what the law wants said, and its figures agree to the cent with what is stored."""

import re
from datetime import date

import pikepdf
import pytest

from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.storage import lines_of
from tallystick.core import clock
from tallystick.directory.actions import change_project
from tallystick.documents.store import local_path
from tallystick.payment_schedules.actions import withdraw_payment_schedule
from tallystick.payment_schedules.models import PaymentSchedule
from tallystick.payment_schedules.states import PaperKind
from tests import factories as make
from tests.payment_schedules.site import LATER, Site
from tests.pdf.draw.reading import page_sizes, texts

pytestmark = pytest.mark.django_db

REASON = "Slab poured to grid C only; grids D to F are not formed up."


def pages(schedule: PaymentSchedule) -> list[str]:
    return [" ".join(page.split()) for page in texts(local_path(schedule.file).read_bytes())]


def issued(site: Site, **more) -> PaymentSchedule:
    claim = site.cut(site.submitted(), reason=REASON)
    with clock.at(LATER):
        return site.issue(claim, **more)


def test_it_identifies_the_claim_the_parties_and_the_act() -> None:
    (page,) = pages(issued(Site()))

    for said in (
        "Payment schedule", "Progress claim 1", "Subcontract SC-012 · Concrete works", "Apex Concrete",
        "To subcontractor", "Northbuild", "Progress claim received 24 Mar 2026", "1–31 Mar 2026",
        "Building and Construction Industry Security of Payment Act 1999 (NSW), ss 11, 13, 14",
        "Ana Ferreira", "1 Apr 2026, 12:00 pm AEDT", "By e-mail accounts@apex.example",
        "This payment schedule answers Progress claim 1, received on 24 Mar 2026, under the Building and "
        "Construction Industry Security of Payment Act 1999 (NSW).",
        "Of $16,720.00 claimed, $15,152.50 is scheduled to be paid.",
        "Page 1 of 1",
    ):  # fmt: skip
        assert said in page, said


def test_every_figure_stands_on_it_and_adds_up() -> None:
    (page,) = pages(issued(Site()))

    for row in (
        "1 Footings 10,000.00 10,000.00 0.00",
        f"2 Slab on ground 6,000.00 4,500.00 1,500.00 {REASON}",
        "Work and materials of the period 16,000.00 14,500.00 1,500.00",
        "Less retention held −800.00 −725.00 −75.00",
        "Amount without GST 15,200.00 13,775.00 1,425.00",
        "GST, 10% 1,520.00 1,377.50 142.50",
        "Amount with GST 16,720.00 15,152.50 1,567.50",
    ):
        assert row in page, row
    assert "1 other line of the contract has nothing in this progress claim and is not listed." in page
    assert "Columns" not in page


def test_dates_are_told_with_their_reckoning_and_as_guidance() -> None:
    (page,) = pages(issued(Site()))

    assert "Serve the payment schedule by 9 Apr 2026" in page
    assert "Pay by 23 Apr 2026" in page
    assert "Fri 3 Apr 2026 – Mon 6 Apr 2026 (Good Friday" in page
    assert "it is never legal advice" in page


def test_note_retention_and_footer_are_printed() -> None:
    site = Site(project={"paper_footer": ""})
    site.project = change_project((None, "Operator"), site.project, paper_footer="Northbuild Pty Ltd")
    claim = site.submitted()
    edit = EntryEdit(lines_of(claim)[0].pk, work_retention=1_500_00)
    claim = save_entries(site.actor, claim, [edit]).claim

    (page,) = pages(
        site.issue(claim, retention_reason="Defects in footing F4.", note="See our letter of 2 April.")
    )

    assert "Reason for retention beyond the contract’s rate Defects in footing F4." in page
    assert "Note See our letter of 2 April." in page
    assert "Northbuild Pty Ltd" in page
    assert "Less retention held −800.00 −1,800.00 1,000.00" in page


def test_a_revision_says_so_and_a_changed_address_changes_no_issued_paper() -> None:
    site = Site()
    first = issued(site)
    before = local_path(first.file).read_bytes()
    withdraw_payment_schedule(site.actor, first, reason="Wrong reason on line 2")
    change_project((None, "Operator"), site.project, address="Elsewhere")

    second = site.issue(first.claim)

    assert "Revision 1" in pages(second)[0] and "Revision" not in pages(first)[0]
    assert local_path(first.file).read_bytes() == before
    assert PaymentSchedule.objects.get(pk=first.pk).file.sha256 != second.file.sha256


def test_in_britain_it_is_a_payment_notice_with_its_own_words() -> None:
    site = Site("gb-eng", project={"locale": "en-GB", "time_zone": "Europe/London", "currency": "GBP"})
    claim = site.cut(site.submitted(), reason=REASON)

    (page,) = pages(site.issue(claim, PaperKind.PAYMENT_NOTICE))

    assert page.startswith("Payment notice Payment application 1")
    for said in (
        "Applied for",
        "Considered due",
        "Sum considered due, with VAT",
        "Due date",
        "payment application",
    ):
        assert said in page
    assert "schedule to" not in page and "Payment schedule" not in page


@pytest.mark.parametrize(("locale", "width"), [("en-AU", 595), ("en-US", 612)])
def test_the_paper_has_the_size_of_its_region(locale: str, width: int) -> None:
    site = Site(project={"locale": locale})

    data = local_path(issued(site).file).read_bytes()

    assert [round(size[0]) for size in page_sizes(data)] == [width]


def test_long_ones_number_their_pages_and_keep_the_total_right() -> None:
    lines = [make.LineInput(f"Stage {n} of the works", 1_000_00, item_number=f"{n}") for n in range(1, 121)]
    site = Site(lines=lines)
    claim = site.submitted([600_00] * 120)
    edits = [
        EntryEdit(line.pk, work=500_00, review_reason=f"Stage half done on site, {line.item_number}.")
        for line in lines_of(claim)
    ]
    claim = save_entries(site.actor, claim, edits).claim

    schedule = site.issue(claim)

    said = pages(schedule)
    count = len(said)
    assert count > 3
    assert all(f"Page {number} of {count}" in page for number, page in enumerate(said, 1))
    assert all("Payment schedule · Progress claim 1" in page for page in said[1:])
    whole = " ".join(said)
    rows = re.findall(r"600\.00 500\.00 100\.00", whole)
    assert len(rows) == 120
    assert "Work and materials of the period 72,000.00 60,000.00 12,000.00" in whole


def test_the_files_properties_name_it() -> None:
    schedule = issued(Site())
    with pikepdf.open(local_path(schedule.file)) as pdf:
        assert "Payment schedule – Progress claim 1" in str(pdf.docinfo["/Title"])
    assert schedule.issued_at.date() == date(2026, 4, 1)
