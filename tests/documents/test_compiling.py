"""Compiling backups, from the ticked claims to the one PDF (R-COMPILE)."""

import json
import re
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest

from tallystick.access.entry import entry_of
from tallystick.access.levels import Level
from tallystick.claims.entries import EntryEdit, save_entries
from tallystick.claims.models import Claim
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.claims.storage import lines_of
from tallystick.core.errors import BadInput, Refused
from tallystick.directory.actions import change_project
from tallystick.documents import compiling, tasks
from tallystick.documents.actions import store_signed, unlock_attachment
from tallystick.documents.mail import tell_followers
from tallystick.documents.models import Backup, ClaimDocument
from tallystick.documents.selection import natural, select
from tallystick.documents.store import keep_bytes, key_of, local_copy
from tallystick.documents.verification import verify
from tallystick.notifications.sending import send_due
from tallystick.runs.engine import run_inline
from tallystick.runs.models import Run
from tallystick.runs.states import RunState
from tests import factories as make
from tests.documents.conftest import locked_pdf, pdf_bytes, picture, put_on
from tests.documents.site import Site

pytestmark = pytest.mark.django_db(transaction=True)
S = ClaimStatus


@pytest.fixture
def site() -> Site:
    return Site()


def opened(backup: Backup) -> pikepdf.Pdf:
    return pikepdf.open(local_copy(backup.file_key))


def texts(backup: Backup) -> list[str]:
    document = pypdfium2.PdfDocument(str(local_copy(backup.file_key)))
    return [page.get_textpage().get_text_bounded() for page in document]


def manifest(backup: Backup) -> dict:
    with opened(backup) as pdf:
        found = [spec for spec in pdf.attachments.values() if spec.filename == "manifest.json"]
        return json.loads(found[0].get_file().read_bytes())


def outline(backup: Backup) -> list[tuple[str, list[str]]]:
    with opened(backup) as pdf, pdf.open_outline() as tree:
        return [(item.title, [child.title for child in item.children]) for item in tree.root]


def test_one_pdf_holds_each_claim_followed_by_its_papers(site):
    second = site.claim("SC-10")
    first = site.claim("SC-9")
    put_on(first, "Dockets.pdf", pdf_bytes(3, "Docket"))
    put_on(first, "Photo.jpg", picture())
    backup = site.compile(second, first)
    tree = outline(backup)
    assert [title.split(" · ")[0] for title, _ in tree[1:]] == ["SC-9", "SC-10"]
    assert tree[1][1] == ["Progress claim - SC-9 - 1.pdf", "Dockets.pdf", "Photo.jpg"]
    said = manifest(backup)
    assert said["page_count"] == backup.page_count == len(texts(backup))
    dockets = said["claims"][0]["papers"][1]
    assert dockets["pages"] == 3
    assert "Docket page 1" in texts(backup)[dockets["first_page"] - 1]
    assert "$10,000.00" in texts(backup)[0]
    # Papers are what was attached: the claims' own PDFs are listed with them and not counted among them.
    assert "2 progress claims, 2 papers" in " ".join(texts(backup)[0].split())
    assert verify(local_copy(backup.file_key)).papers == backup.paper_count == 2


def test_the_claims_own_pdf_tells_the_stored_figures(site):
    claim = site.claim()
    page = texts(site.compile(claim))[1]
    assert "9,500.00" in page
    assert "Application and certificate for payment" in page


def test_the_name_speaks_the_words_in_force(site):
    backup = site.compile(site.claim())
    assert backup.file_name.startswith(
        f"Progress claim backup - {site.project.name} - {site.project.number} - "
    )
    american = Site(locale="en-US")
    assert american.compile(american.claim()).file_name.startswith("Invoice backup - ")


def test_what_cannot_be_merged_is_listed_has_a_page_and_is_embedded(site):
    claim = site.claim()
    garbage = b"%PDF-1.4 this is not a PDF at all" * 10
    put_on(claim, "Locked.pdf", locked_pdf())
    put_on(claim, "Broken.pdf", garbage)
    put_on(claim, "Hours.xlsx", b"PK\x03\x04 not really a spreadsheet")
    backup = site.compile(claim)
    assert [note["name"] for note in backup.notes] == ["Locked.pdf", "Broken.pdf", "Hours.xlsx"]
    assert all(note["note"] for note in backup.notes)
    papers = manifest(backup)["claims"][0]["papers"]
    shown = texts(backup)
    for paper in papers[1:]:
        assert paper["name"] in shown[0]
        assert paper["name"] in shown[paper["first_page"] - 1]
        assert paper["embedded"]
    with opened(backup) as pdf:
        contents = [spec.get_file().read_bytes() for spec in pdf.attachments.values()]
    assert garbage in contents


def test_a_locked_paper_joins_once_somebody_gives_the_password(site):
    claim = site.claim()
    attachment = put_on(claim, "Locked.pdf", locked_pdf("gate"))
    assert site.compile(claim).notes
    with pytest.raises(BadInput, match="did not open"):
        unlock_attachment(site.admin, attachment, "wrong")
    unlock_attachment(site.admin, attachment, "gate")
    assert site.compile(claim).notes == []


def test_a_claim_without_a_period_is_named_and_nothing_is_made(site):
    good, lacking = site.claim(), site.claim("SC-77")
    Claim.objects.filter(pk=lacking.pk).update(period=None)
    with pytest.raises(
        BadInput, match=r"billing period of progress claim 1 of .*SC-77.* is missing"
    ) as caught:
        compiling.request_backup(site.admin, site.project, [good.pk, lacking.pk])
    assert list(caught.value.fields) == [f"claim-{lacking.pk}"]
    assert not Run.objects.exists()


@pytest.mark.parametrize("level", [Level.NONE, Level.READ_ONLY, Level.STANDARD])
def test_only_admin_on_commitments_may_compile(site, level):
    claim = site.claim()
    other = make.actor_of(make.make_member(site.project, commitments=level, head_contracts=Level.ADMIN))
    with pytest.raises(Refused, match="You need Admin"):
        compiling.request_backup(other, site.project, [claim.pk])


def test_another_projects_claim_is_not_there(site):
    stranger = Site().claim()
    with pytest.raises(BadInput, match="no longer there"):
        compiling.request_backup(site.admin, site.project, [stranger.pk])


def test_the_signed_version_takes_the_default_pdfs_place(site):
    claim = site.claim()
    data = pdf_bytes(2, "Signed by both")
    stored = keep_bytes(site.project.account, data, "application/pdf")
    store_signed(site.admin, claim, stored, "Signed claim.pdf")
    backup = site.compile(claim)
    assert outline(backup)[1][1] == ["Signed claim.pdf"]
    assert any("Signed by both page 2" in page for page in texts(backup))
    assert not any("Application and certificate" in page for page in texts(backup)[1:])
    move_claim(site.admin, claim, S.DRAFT, reason="Wrong amount")
    claim = Claim.objects.get(pk=claim.pk)
    assert any("Application and certificate" in page for page in texts(site.compile(claim))[1:])


def test_an_unchanged_selection_is_answered_by_the_last_backup(site):
    claims = [site.claim() for _ in range(3)]
    first = site.compile(*claims)
    assert site.compile(*reversed(claims)).pk == first.pk
    assert Backup.objects.count() == 1


def test_after_one_change_only_that_claim_is_rendered_again(site):
    claims = [site.claim(certify=False) for _ in range(3)]
    first = site.compile(*claims)
    line = lines_of(claims[1])[0]
    save_entries(site.admin, claims[1], [EntryEdit(line.pk, work=1_00)])
    run = compiling.request_backup(site.admin, site.project, [c.pk for c in claims])
    assert tasks.find_work(str(run.pk)) == {"files": [], "claims": [claims[1].pk]}
    run_inline(run)
    assert Backup.objects.count() == 2
    assert ClaimDocument.objects.count() == 4
    assert first.digest != Backup.objects.latest("pk").digest


def test_a_new_paper_or_a_new_name_makes_a_new_backup(site):
    claim = site.claim(certify=False)
    site.compile(claim)
    put_on(claim, "Late docket.pdf", pdf_bytes())
    site.compile(claim)
    change_project((None, "x"), site.project, name="Harbour Tower East")
    site.project.refresh_from_db()
    site.compile(claim)
    assert Backup.objects.count() == 3


def test_a_certified_claim_keeps_the_names_it_was_certified_with(site):
    claim = site.claim()
    company = claim.contract.company
    old = company.name
    type(company).objects.filter(pk=company.pk).update(name="Renamed Pty Ltd")
    page = texts(site.compile(claim))[1]
    assert old in page


def test_a_file_missing_from_the_store_stops_it_with_its_name(site):
    claim = site.claim()
    attachment = put_on(claim, "Gone.pdf", pdf_bytes())
    local_copy(key_of(attachment.file.sha256)).unlink()
    run = run_inline(compiling.request_backup(site.admin, site.project, [claim.pk]))
    assert run.state == RunState.FAILED
    assert "Gone.pdf" in run.problem
    assert "missing from the file store" in run.problem
    assert not Backup.objects.exists()


def test_a_lost_segment_is_made_again(site, tmp_path):
    claim = site.claim()
    put_on(claim, "Docket.pdf", pdf_bytes(2))
    first = site.compile(claim)
    for segment in (tmp_path / "segments").rglob("*.seg"):
        segment.unlink()
    Run.objects.all().delete()
    assert site.compile(claim).page_count == first.page_count


def test_a_backup_whose_file_is_gone_is_compiled_again(site):
    claim = site.claim()
    first = site.compile(claim)
    local_copy(first.file_key).unlink()
    again = site.compile(claim)
    assert local_copy(again.file_key).is_file()


def test_a_full_disk_fails_with_words_and_leaves_nothing(site, monkeypatch, tmp_path):
    from tallystick.pdf import Plan

    def full(self, path, **kwargs):
        raise OSError(28, "No space left on device")

    claim = site.claim()
    monkeypatch.setattr(Plan, "write", full)
    run = run_inline(compiling.request_backup(site.admin, site.project, [claim.pk]))
    assert run.state == RunState.FAILED
    assert "disk is full" in run.problem
    assert not list((tmp_path / "uploads").iterdir())


def test_a_deleted_claim_in_the_meantime_fails_with_words(site):
    claim = site.claim(certify=False)
    run = compiling.request_backup(site.admin, site.project, [claim.pk])
    Claim.objects.filter(pk=claim.pk).update(deleted_at=datetime.now(UTC))
    assert "no longer there" in run_inline(run).problem


def test_an_expired_backup_is_taken_away(site):
    backup = site.compile(site.claim())
    tasks.forget_backup({"backup": backup.pk})
    assert not Backup.objects.exists()
    with pytest.raises(Exception, match="missing"):
        local_copy(backup.file_key)


def test_the_manifest_proves_what_was_in_it(site, tmp_path):
    claim = site.claim()
    put_on(claim, "Locked.pdf", locked_pdf())
    backup = site.compile(claim)
    path = local_copy(backup.file_key)
    report = verify(path)
    assert report.ok, report.problems
    assert (report.manifest_sha256, report.originals) == (backup.manifest_sha256, 1)
    changed = tmp_path / "changed.pdf"
    with pikepdf.open(path) as pdf:
        key, spec = next((k, s) for k, s in pdf.attachments.items() if s.filename == "manifest.json")
        data = spec.get_file().read_bytes().replace(b'"Locked.pdf"', b'"Licked.pdf"')
        del pdf.attachments[key]
        pdf.attachments["manifest.json"] = pikepdf.AttachedFileSpec(pdf, data, filename="manifest.json")
        pdf.save(changed)
    assert not verify(changed).ok


def test_the_number_of_queries_does_not_depend_on_the_claims(site, django_assert_max_num_queries):
    claims = [site.claim() for _ in range(8)]
    for claim in claims:
        put_on(claim, "Docket.pdf", pdf_bytes(text=str(claim.pk)))
    with django_assert_max_num_queries(16):
        select(site.admin, site.project, [c.pk for c in claims]).digest  # noqa: B018


def test_numbers_sort_as_people_count():
    assert sorted(["SC-10", "sc-9", "A1", "SC-9b"], key=natural) == ["A1", "sc-9", "SC-9b", "SC-10"]


def test_compiled_at_is_in_the_projects_zone(at):
    site = Site(time_zone="Pacific/Auckland", locale="en-NZ")
    claim = site.claim()
    with at(datetime(2026, 3, 21, 12, 30, tzinfo=UTC)):
        backup = site.compile(claim)
    assert backup.file_name.endswith(" - 2026-03-22 - 0130.pdf")


def test_each_row_of_the_contents_leads_to_its_page(site):
    claim = site.claim()
    put_on(claim, "Dockets.pdf", pdf_bytes(2))
    put_on(claim, "Locked.pdf", locked_pdf())
    backup = site.compile(claim, site.claim())
    pages_of = [paper["first_page"] for c in manifest(backup)["claims"] for paper in c["papers"]]
    with opened(backup) as pdf:
        numbers = {page.objgen: place for place, page in enumerate(pdf.pages, 1)}
        links = [note for note in pdf.pages[0].Annots if note.Subtype == "/Link"]
        led_to = [numbers[note.Dest[0].objgen] for note in links]
    assert set(led_to) == set(pages_of)
    assert len(links) == len(pages_of) + 2 + len(backup.notes)


def test_whoever_asked_is_told_by_mail_once_with_a_link(site, mailoutbox, settings):
    settings.PUBLIC_URL = "https://claims.example.com"
    claim = site.claim()
    put_on(claim, "Locked.pdf", locked_pdf())
    other = make.actor_of(make.make_member(site.project, Level.ADMIN))
    run = compiling.request_backup(site.admin, site.project, [claim.pk])
    compiling.request_backup(other, site.project, [claim.pk])
    run_inline(run)
    backup = Backup.objects.get()
    assert send_due() == len(mailoutbox) == 2
    assert len({message.to[0] for message in mailoutbox}) == 2
    message = mailoutbox[0]
    assert message.subject == f"{site.project.name}: Progress claim backup is ready"
    (token,) = re.findall(r"https://claims\.example\.com/e/(\S+)", message.body)
    assert entry_of(token).path == f"/backups/{backup.pk}/file"
    assert "1 paper could not be merged" in message.body
    assert "- Locked.pdf: It can only be opened with a password." in message.body
    assert tell_followers(backup.pk) == 0
    assert send_due() == 0
