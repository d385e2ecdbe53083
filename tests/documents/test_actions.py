"""Who adds, removes and unlocks papers and stores signed versions, and what is kept of it (R-PERM, R-COMPILE-6)."""

from datetime import timedelta

import pytest

from tallystick.access.levels import Level
from tallystick.audit.models import Event
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.core import clock
from tallystick.core.errors import BadInput, Refused
from tallystick.documents import actions, examination
from tallystick.documents.models import Attachment, SignedDocument, StoredFile
from tallystick.documents.policies import visible_to
from tests import factories as make
from tests.documents.conftest import locked_pdf, pdf_bytes, put_on
from tests.documents.site import Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return Site()


def events() -> list[str]:
    return list(
        Event.objects.filter(name__contains="attachment").order_by("pk").values_list("name", flat=True)
    )


def test_a_paper_is_added_in_order_with_who_and_when(site):
    claim = site.claim(certify=False)
    first = put_on(claim, "First.pdf", pdf_bytes(), site.admin)
    second = put_on(claim, "Second.pdf", pdf_bytes(2), site.admin)
    assert (first.position, second.position) == (1, 2)
    assert first.uploaded_by_id == site.admin.login_id
    assert events() == ["attachment.added", "attachment.added"]


def test_removing_and_bringing_back_twice_changes_nothing_more(site):
    paper = put_on(site.claim(certify=False), "Docket.pdf", pdf_bytes(), site.admin)
    for action in (actions.remove_attachment, actions.restore_attachment):
        action(site.admin, paper)
        action(site.admin, paper)
    assert events() == ["attachment.added", "attachment.removed", "attachment.restored"]
    assert Attachment.objects.get().deleted_at is None


def test_a_removed_paper_is_not_visible_but_can_be_asked_for(site):
    paper = put_on(site.claim(certify=False), "Docket.pdf", pdf_bytes(), site.admin)
    actions.remove_attachment(site.admin, paper)
    assert not visible_to(site.admin).exists()
    assert visible_to(site.admin, removed=True).get() == paper


def test_a_removed_paper_that_is_uploaded_again_is_a_new_one(site):
    claim = site.claim(certify=False)
    paper = put_on(claim, "Docket.pdf", pdf_bytes(), site.admin)
    actions.remove_attachment(site.admin, paper)
    again = put_on(claim, "Docket.pdf", pdf_bytes(), site.admin)
    assert again.pk != paper.pk
    assert again.file_id == paper.file_id


@pytest.mark.parametrize("level", [Level.NONE, Level.READ_ONLY, Level.STANDARD])
def test_onlookers_neither_add_nor_remove(site, level):
    claim = site.claim(certify=False)
    paper = put_on(claim, "Docket.pdf", pdf_bytes(), site.admin)
    other = make.actor_of(make.make_member(site.project, level))
    with pytest.raises(Refused, match="claim contact of this contract or an administrator"):
        put_on(claim, "Mine.pdf", pdf_bytes(), other)
    with pytest.raises(Refused):
        actions.remove_attachment(other, paper)
    with pytest.raises(Refused):
        actions.unlock_attachment(other, paper, "x")
    assert not StoredFile.objects.filter(size=len(pdf_bytes(7))).exists()


def test_a_contact_removes_a_paper_until_submitting(site):
    claim = site.claim(certify=False)
    contact = make.actor_of(make.make_claim_contact(claim.contract))
    paper = put_on(claim, "Docket.pdf", pdf_bytes(), contact)
    actions.remove_attachment(contact, paper)
    actions.restore_attachment(contact, paper)
    move_claim(site.admin, claim, ClaimStatus.UNDER_REVIEW)
    paper.refresh_from_db()
    with pytest.raises(Refused, match="until the progress claim is submitted"):
        actions.remove_attachment(contact, Attachment.objects.get())


def test_a_disk_that_takes_no_more_is_told_and_nothing_is_attached(site, monkeypatch):
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    claim = site.claim()
    monkeypatch.setattr(actions, "keep_chunks", full)
    with pytest.raises(BadInput, match="the server's disk did not take it"):
        put_on(claim, "Docket.pdf", pdf_bytes(), site.admin)
    assert not Attachment.objects.exists()


def test_the_signed_version_is_of_its_revision_and_the_earlier_one_is_withdrawn_not_lost(site):
    claim = site.claim()
    for pages in (1, 2):
        data = pdf_bytes(pages, "Signed")
        actions.add_signed(site.admin, claim, name=f"Signed {pages}.pdf", size=len(data), chunks=[data])
    assert [one.withdrawn_at is None for one in SignedDocument.objects.order_by("pk")] == [False, True]
    found = actions.signed_version(claim)
    assert found is not None and found.name == "Signed 2.pdf"
    move_claim(site.admin, claim, ClaimStatus.DRAFT, reason="Wrong amount")
    assert actions.signed_version(Claim.objects.get(pk=claim.pk)) is None


def test_withdrawing_twice_is_told_once(site):
    claim = site.claim()
    data = pdf_bytes()
    signed = actions.add_signed(site.admin, claim, name="Signed.pdf", size=len(data), chunks=[data])
    actions.withdraw_signed(site.admin, signed)
    actions.withdraw_signed(site.admin, signed)
    assert Event.objects.filter(name="signed_version.withdrawn").count() == 1


# --- looking at what was uploaded -----------------------------------------------------------------------------------


def test_what_was_uploaded_is_looked_at_once_by_one_worker(site):
    claim = site.claim()
    paper = put_on(claim, "Docket.pdf", pdf_bytes(3), site.admin)
    assert examination._take() == paper.file
    assert examination._take() is None, "another worker leaves it to the first"
    with clock.at(clock.now() + examination.TAKEN_FOR + timedelta(seconds=1)):
        assert examination.examine_waiting() == 1
        assert examination.examine_waiting() == 0
    result = examination.result_of(StoredFile.objects.get(pk=paper.file_id))
    assert result is not None and result.page_count == 3


def test_a_file_whose_bytes_are_gone_keeps_no_other_waiting(site):
    claim = site.claim()
    gone = put_on(claim, "Gone.pdf", pdf_bytes(), site.admin)
    put_on(claim, "Here.pdf", pdf_bytes(2), site.admin)
    from tallystick.documents.store import local_path

    local_path(gone.file).unlink()
    assert examination.examine_waiting() == 1
    assert not examination.waiting().exists()


def test_a_locked_file_is_opened_once_for_everybody_who_attached_it(site):
    data = locked_pdf("gate")
    first = put_on(site.claim(), "Locked.pdf", data, site.admin)
    second = put_on(site.claim(), "Same.pdf", data, site.admin)
    examination.examine_waiting()
    actions.unlock_attachment(site.admin, first, "gate")
    second.file.refresh_from_db()
    assert second.file.unlocked_at is not None
