"""What a list of papers says of each of them, and how past backups are told."""

import pytest

from tallystick.documents.examination import examine_waiting, remember, result_of
from tallystick.documents.models import Backup
from tallystick.documents.queries import PaperState, backup_row, backups_of, paper_row, papers_of
from tallystick.documents.thumbnails import has_thumbnail, make_thumbnail
from tallystick.pdf import IngestResult, IngestStatus
from tests import factories as make
from tests.documents.conftest import locked_pdf, pdf_bytes, picture, put_on
from tests.documents.site import Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.mark.parametrize(
    ("name", "data", "state", "note", "icon"),
    [
        ("Dockets.pdf", pdf_bytes(3), PaperState.MERGED, "3 pages", "file-text"),
        ("Photo.jpg", picture(), PaperState.MERGED, "1 page", "image"),
        ("Locked.pdf", locked_pdf(), PaperState.LOCKED, "Asks for a password", "file-text"),
        (
            "Hours.xlsx",
            b"PK\x03\x04",
            PaperState.APART,
            "Listed and embedded in progress claim backups",
            "sheet",
        ),
        (
            "Broken.pdf",
            b"%PDF- no",
            PaperState.APART,
            "Can’t be merged: will be listed and embedded",
            "file-text",
        ),
        ("Mail.eml", b"From: a", PaperState.APART, "Listed and embedded in progress claim backups", "mail"),
    ],
)
def test_each_paper_says_what_became_of_it(site, name, data, state, note, icon):
    paper = put_on(site.claim(), name, data, site.admin)
    before = paper_row(paper)
    assert (before.state, before.note, before.icon) == (PaperState.CHECKING, "Being checked", icon)
    examine_waiting()
    paper.file.refresh_from_db()
    after = paper_row(paper)
    assert (after.state, after.note) == (state, note)
    assert bool(after.tone) == (state is PaperState.LOCKED or name == "Broken.pdf")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (IngestStatus.REPAIRED, "3 pages, repaired"),
        (IngestStatus.RASTERISED, "3 pages, turned into pictures"),
        (IngestStatus.SIGNED, "3 pages, signed"),
        (IngestStatus.PORTFOLIO, "3 pages, a portfolio"),
        (IngestStatus.XFA, "3 pages, a form"),
    ],
)
def test_what_was_done_to_a_file_stands_beside_its_pages(site, tmp_path, status, said):
    paper = put_on(site.claim(), "Dockets.pdf", pdf_bytes(3), site.admin)
    segment = tmp_path / "x.seg"
    result = IngestResult("Dockets.pdf", status, "Why.", 3, segment, "0" * 64, 9, "application/pdf")
    remember(paper.file, result)
    assert result_of(paper.file).status is status
    row = paper_row(paper)
    assert (row.note, row.detail, row.tone) == (said, "Why.", "")


def test_papers_of_a_contract_say_nothing_of_backups(site):
    contract = make.make_contract(site.project)
    put_on(contract, "Hours.xlsx", b"PK\x03\x04", site.admin)
    put_on(contract, "Locked.pdf", locked_pdf(), site.admin)
    examine_waiting()
    found = papers_of(site.admin, contract)
    assert [row.note for row in found.rows] == ["", "Asks for a password"]
    assert [row.detail for row in found.rows] == ["", ""]
    assert not found.can_unlock
    assert found.can_sign is None


def test_the_number_of_queries_does_not_depend_on_the_papers(site, django_assert_num_queries):
    few, many = site.claim(), site.claim()
    for number in range(30):
        put_on(many, f"{number}.pdf", b"%PDF-1.4 " + str(number).encode(), site.admin)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        papers_of(make.actor_of(site.person), few)
    with django_assert_num_queries(len(asked)):
        papers_of(make.actor_of(site.person), many)
    assert len(asked) <= 10


@pytest.mark.django_db(transaction=True)
def test_laying_out_asks_the_same_number_of_queries_however_many_claims(site):
    from datetime import UTC, datetime

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tallystick.documents.compilation import Compilation
    from tallystick.documents.selection import select

    claims = [site.claim() for _ in range(5)]
    for claim in claims:
        put_on(claim, "Docket.pdf", pdf_bytes(text=str(claim.pk)), site.admin)
    site.compile(*claims)
    counts = []
    for chosen in (claims[:1], claims):
        selection = select(site.admin, site.project, [claim.pk for claim in chosen])
        with CaptureQueriesContext(connection) as asked:
            Compilation(selection, compiled_by="Ana", at=datetime(2026, 3, 21, tzinfo=UTC))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 3


def test_a_thumbnail_of_a_hostile_file_is_no_thumbnail(tmp_path):
    bad = tmp_path / "bad"
    for data in (b"", b"%PDF-1.4 nothing", b"\x89PNG\r\n\x1a\n" + b"\xff" * 99):
        bad.write_bytes(data)
        assert not make_thumbnail("ab" * 32, bad)
    assert not has_thumbnail("ab" * 32)
    assert [path for path in (tmp_path / "thumbnails").rglob("*") if path.is_file()] == []


@pytest.mark.django_db(transaction=True)
def test_a_past_backup_tells_who_what_and_until_when(site):
    claim = site.claim()
    put_on(claim, "Locked.pdf", locked_pdf(), site.admin)
    backup = site.compile(claim)
    row = backup_row(backups_of(site.admin, site.project).get())
    assert (row.compiled_by, row.claims, row.papers, row.pages) == ("Ana Ferreira", 1, 1, backup.page_count)
    assert len(row.notes) == 1
    assert "Locked.pdf: " in row.notes[0]
    reader = make.actor_of(make.make_member(site.project))
    assert not backups_of(reader, site.project).exists()
    Backup.objects.update(expires_at=backup.created_at)
    assert not backups_of(site.admin, site.project).exists()
