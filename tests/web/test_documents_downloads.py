# ruff: noqa: F811 - fixtures are imported by name
"""Giving files out: to whom, under which name, as what, and in which parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.access.levels import Level
from tallystick.documents.kinds import COMPANIONS, PAPERS
from tallystick.documents.models import Attachment, Backup
from tallystick.documents.store import key_of, local_copy
from tallystick.web.downloads import _part
from tests import factories as make
from tests.documents.conftest import pdf_bytes, picture, put_on
from tests.web.documents import client, content, site, store  # noqa: F401

pytestmark = pytest.mark.django_db
DATA = b"%PDF-1.4 " + bytes(range(256)) * 40


@pytest.fixture
def paper(site) -> Attachment:
    return put_on(site.claim(), "Dockets.pdf", DATA, site.admin)


def test_a_pdf_opens_in_the_browser_and_can_load_nothing(client, paper):
    given_out = client.get(f"/papers/{paper.pk}")
    headers = given_out.headers
    assert content(given_out) == DATA
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == 'inline; filename="Dockets.pdf"'
    assert headers["Content-Length"] == str(len(DATA))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-cache"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_download_is_a_download(client, paper):
    headers = client.get(f"/papers/{paper.pk}?download=1").headers
    assert headers["Content-Disposition"] == 'attachment; filename="Dockets.pdf"'
    assert "sandbox" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "suffix", sorted({*PAPERS, *COMPANIONS} - {"pdf", "jpg", "jpeg", "png", "gif", "webp"})
)
def test_nothing_else_is_ever_shown_in_the_browser(client, site, suffix):
    paper = put_on(site.claim(), f"Paper.{suffix}", b"<script>alert(1)</script>", site.admin)
    headers = client.get(f"/papers/{paper.pk}").headers
    assert headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_script_named_as_a_picture_stays_a_picture(client, site):
    paper = put_on(site.claim(), "Photo.png", b"<html><script>alert(1)</script></html>", site.admin)
    headers = client.get(f"/papers/{paper.pk}").headers
    assert headers["Content-Type"] == "image/png"
    assert "sandbox" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("送货单 3½.pdf", "filename*=utf-8''%E9%80%81%E8%B4%A7%E5%8D%95%203%C2%BD.pdf"),
        ("إيصال.pdf", "filename*=utf-8''%D8%A5%D9%8A%D8%B5%D8%A7%D9%84.pdf"),
        ('He said "go".pdf', r'filename="He said \"go\".pdf"'),
        ("Docket\r\nSet-Cookie: a=b.pdf", "DocketSet-Cookie: a=b.pdf"),
        ("Docket\u2028\u0000.pdf", "Docket.pdf"),
    ],
)
def test_names_in_any_script_reach_the_disk_and_end_no_header(client, paper, name, told):
    Attachment.objects.filter(pk=paper.pk).update(name=name.replace("\0", "\x01"))
    headers = client.get(f"/papers/{paper.pk}").headers
    assert told in headers["Content-Disposition"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, len(DATA) - 1),
        ("bytes=-50", len(DATA) - 50, len(DATA) - 1),
        ("bytes=10-999999999", 10, len(DATA) - 1),
        ("bytes=-999999999", 0, len(DATA) - 1),
    ],
)
def test_a_part_is_given_where_a_part_is_asked_for(client, paper, asked, first, last):
    part = client.get(f"/papers/{paper.pk}", HTTP_RANGE=asked)
    assert part.status_code == 206
    assert content(part) == DATA[first : last + 1]
    assert part.headers["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"
    assert part.headers["Content-Length"] == str(last + 1 - first)


@pytest.mark.parametrize(
    "asked", ["bytes=1-2,5-9", "bytes=9-3", "bytes=-", "lines=1-2", "bytes=a-b", "bytes=" + "9" * 40 + "-"]
)
def test_what_cannot_be_read_as_one_part_gets_the_whole(client, paper, asked):
    whole = client.get(f"/papers/{paper.pk}", HTTP_RANGE=asked)
    assert whole.status_code == 200
    assert content(whole) == DATA


@pytest.mark.parametrize("asked", [f"bytes={len(DATA)}-", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused_with_the_size(client, paper, asked):
    refused = client.get(f"/papers/{paper.pk}", HTTP_RANGE=asked)
    assert refused.status_code == 416
    assert refused.headers["Content-Range"] == f"bytes */{len(DATA)}"


def test_a_part_of_another_version_is_the_whole(client, paper):
    etag = client.get(f"/papers/{paper.pk}").headers["ETag"]
    same = client.get(f"/papers/{paper.pk}", HTTP_RANGE="bytes=0-3", HTTP_IF_RANGE=etag)
    other = client.get(f"/papers/{paper.pk}", HTTP_RANGE="bytes=0-3", HTTP_IF_RANGE='"old"')
    assert (same.status_code, other.status_code) == (206, 200)


def test_whoever_has_it_already_is_told_so_and_still_has_to_be_allowed(client, site, paper):
    etag = client.get(f"/papers/{paper.pk}").headers["ETag"]
    again = client.get(f"/papers/{paper.pk}", HTTP_IF_NONE_MATCH=f'"x", W/{etag}')
    assert again.status_code == 304
    assert again.headers["ETag"] == etag
    stranger = make.signed_in(make.make_member(site.project, Level.NONE))
    assert stranger.get(f"/papers/{paper.pk}", HTTP_IF_NONE_MATCH=etag).status_code == 404


def test_a_head_request_tells_the_size(client, paper):
    head = client.head(f"/papers/{paper.pk}")
    assert head.headers["Content-Length"] == str(len(DATA))
    assert head.headers["Accept-Ranges"] == "bytes"


def test_missing_bytes_are_told_in_words(client, paper):
    local_copy(key_of(paper.file.sha256)).unlink()
    gone = client.get(f"/papers/{paper.pk}")
    assert gone.status_code == 404
    assert "Dockets.pdf can’t be given out" in gone.content.decode()
    assert "Restore them from a backup copy" in gone.content.decode()


def test_memory_does_not_grow_with_the_file(client, site):
    import tracemalloc

    paper = put_on(site.claim(), "Scan.pdf", b"%PDF-" + b"x" * (24 << 20), site.admin)
    response = client.get(f"/papers/{paper.pk}", HTTP_RANGE="bytes=1-")
    tracemalloc.start()
    size = sum(len(block) for block in response.streaming_content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == (24 << 20) + 4
    assert peak < 2 << 20


class _Asked:
    def __init__(self, headers: dict[str, str]) -> None:
        self.headers = headers


@given(
    size=st.integers(1, 10**6),
    first=st.integers(0, 10**6 + 9),
    last=st.one_of(st.none(), st.integers(0, 10**7)),
)
def test_a_part_is_never_outside_the_file(size, first, last):
    asked = _Asked({"Range": f"bytes={first}-{'' if last is None else last}"})
    part = _part(asked, '"e"', size)  # type: ignore[arg-type]
    if part is not None and part != (1, 0):
        assert 0 <= part[0] <= part[1] < size


# --- claims' own PDFs and backups ------------------------------------------------------------------------------------


def test_the_claims_own_pdf_has_its_name_and_is_made_once(client, site, monkeypatch):
    claim = site.claim("SC-012")
    given_out = client.get(f"/claims/{claim.pk}/pdf")
    first = content(given_out)
    assert first.startswith(b"%PDF-")
    assert given_out.headers["Content-Disposition"] == 'inline; filename="Progress claim - SC-012 - 1.pdf"'
    monkeypatch.setattr(
        "tallystick.documents.rendering.render_claim", lambda paper: pytest.fail("made again")
    )
    assert content(client.get(f"/claims/{claim.pk}/pdf?download=1")) == first


def test_no_request_reads_an_uploaded_file(client, site, monkeypatch):
    claim = site.claim()
    monkeypatch.setattr("tallystick.pdf.sandbox._ask", lambda *_: pytest.fail("read in a request"))
    client.post(f"/claims/{claim.pk}/uploads", {"files": []})
    put_on(claim, "Photo.jpg", picture(), site.admin)
    for address in (
        f"/claims/{claim.pk}/pdf",
        f"/claims/{claim.pk}/papers",
        f"/claims/{claim.pk}/uploads?checking=1",
    ):
        assert client.get(address).status_code == 200


def test_the_words_of_the_name_are_the_projects_not_the_readers(client, site):
    claim = site.claim("SC-012")
    site.person.login.point_of_view = "owner"
    site.person.login.locale = "en-US"
    site.person.login.save()
    assert "Progress claim - SC-012" in client.get(f"/claims/{claim.pk}/pdf").headers["Content-Disposition"]


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_given_out_to_those_who_could_compile_it_until_it_expires(client, site):
    backup = site.compile(site.claim())
    address = f"/backups/{backup.pk}/file"
    given_out = client.get(address)
    assert content(given_out) == local_copy(backup.file_key).read_bytes()
    assert given_out.headers["Content-Disposition"].startswith(
        'attachment; filename="Progress claim backup - '
    )
    assert given_out.headers["ETag"] == f'"{backup.plan_digest}"'
    assert client.get(address, HTTP_RANGE="bytes=0-4").status_code == 206
    for level in (Level.NONE, Level.READ_ONLY, Level.STANDARD):
        other = make.signed_in(make.make_member(site.project, commitments=level, head_contracts=Level.ADMIN))
        assert other.get(address).status_code == 404
    elsewhere = make.signed_in(make.make_account_admin(make.make_account()))
    assert elsewhere.get(address).status_code == 404
    assert make.signed_in(None).get(address).status_code == 302
    local_copy(backup.file_key).unlink()
    assert "can’t be given out" in client.get(address).content.decode()
    Backup.objects.update(expires_at=backup.created_at)
    assert client.get(address).status_code == 404


def test_a_paper_of_a_private_contract_is_for_those_on_its_list(client, site):
    claim = site.claim()
    paper = put_on(claim, "Dockets.pdf", pdf_bytes(), site.admin)
    contact = make.signed_in(make.make_claim_contact(claim.contract))
    outsider = make.signed_in(make.make_claim_contact(make.make_contract(site.project)))
    for address in (f"/papers/{paper.pk}", f"/claims/{claim.pk}/pdf"):
        assert contact.get(address).status_code == 200
        assert outsider.get(address).status_code == 404
