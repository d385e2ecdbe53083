# ruff: noqa: F811 - fixtures are imported by name
"""Papers on claims, contracts and company records, as a browser asks for them (issue 2, documents)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tallystick.access.levels import Level
from tallystick.audit.models import Event
from tallystick.claims.moving import move_claim
from tallystick.claims.states import ClaimStatus
from tallystick.documents.examination import examine_waiting
from tallystick.documents.models import Attachment, SignedDocument, StoredFile
from tests import factories as make
from tests.documents.conftest import locked_pdf, pdf_bytes, picture, put_on
from tests.web.documents import client, content, site, store, upload  # noqa: F401

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}
HTMX = {"HTTP_HX_REQUEST": "true"}


def send(client, claim, *files, **headers):
    return client.post(f"/claims/{claim.pk}/uploads", {"files": list(files)}, **headers)


def names(claim) -> list[str]:
    return list(Attachment.objects.filter(claim=claim, deleted_at=None).values_list("name", flat=True))


def test_a_file_that_is_dropped_becomes_a_row_that_is_being_checked(client, site):
    claim = site.claim()
    answer = send(client, claim, upload("Dockets.pdf", pdf_bytes(3)), **JSON)
    said = answer.json()
    assert answer.status_code == 201
    assert said["files"][0] | {"row_html": ""} == {
        "name": "Dockets.pdf",
        "ok": True,
        "sentence": "Added",
        "row_html": "",
    }
    assert said["html"] == said["files"][0]["row_html"]
    assert "Dockets.pdf" in said["html"] and "Being checked" in said["html"]
    paper = Attachment.objects.get()
    assert f'name="checking" value="{paper.pk}"' in said["html"]
    assert paper.uploaded_by_id == site.admin.login_id
    assert Event.objects.filter(name="attachment.added").exists()


def test_the_row_follows_once_the_worker_has_looked(client, site):
    claim = site.claim()
    paper = put_on(claim, "Dockets.pdf", pdf_bytes(3), site.admin)
    asked = f"/claims/{claim.pk}/uploads?checking={paper.pk}"
    first = client.get(asked).content.decode()
    assert "file-" not in first.replace("files-uploaded", "")
    assert f'hx-get="/claims/{claim.pk}/uploads"' in first
    assert "load delay:2s" in first
    assert examine_waiting() == 1
    then = client.get(asked).content.decode()
    assert f'id="file-{paper.pk}" hx-swap-oob="true"' in then
    assert "3 pages" in then
    assert "load delay" not in then


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("Locked.pdf", locked_pdf(), "Asks for a password"),
        ("Broken.pdf", b"%PDF-1.4 nothing here" * 9, "Can’t be merged: will be listed and embedded"),
        ("Hours.xlsx", b"PK\x03\x04 not really", "Listed and embedded in progress claim backups"),
        ("Photo.jpg", picture(), "1 page"),
    ],
)
def test_what_ingest_made_of_it_is_said_in_few_words(client, site, name, data, said):
    claim = site.claim()
    put_on(claim, name, data, site.admin)
    examine_waiting()
    assert said in client.get(f"/claims/{claim.pk}/papers").content.decode()


def test_a_picture_has_a_thumbnail_that_only_those_see_who_see_the_paper(client, site):
    claim = site.claim()
    paper = put_on(claim, "Photo.jpg", picture(800, 600), site.admin)
    address = f"/papers/{paper.pk}/thumbnail"
    assert client.get(address).status_code == 404
    examine_waiting()
    assert address in client.get(f"/claims/{claim.pk}/papers").content.decode()
    shown = client.get(address)
    assert shown.headers["Content-Type"] == "image/png"
    assert content(shown).startswith(b"\x89PNG")
    stranger = make.signed_in(make.make_member(site.project, Level.NONE))
    assert stranger.get(address).status_code == 404


def test_a_locked_paper_is_unlocked_in_its_row(client, site):
    claim = site.claim()
    paper = put_on(claim, "Locked.pdf", locked_pdf("gate"), site.admin)
    examine_waiting()
    address = f"/papers/{paper.pk}/unlocking"
    wrong = client.post(address, {"password": "fence"}, **HTMX)
    assert wrong.status_code == 200
    assert "did not open with this password" in wrong.content.decode()
    nothing = client.post(address, {}, **HTMX).content.decode()
    assert "Type the password of Locked.pdf" in nothing
    right = client.post(address, {"password": "gate"}, **HTMX)
    assert "1 page, unlocked" in right.content.decode()
    assert "gate" not in str(list(StoredFile.objects.values()))
    plain = client.post(address, {"password": "gate"})
    assert plain.status_code == 302


def test_a_removed_paper_can_be_brought_back(client, site):
    claim = site.claim(certify=False)
    paper = put_on(claim, "Dockets.pdf", pdf_bytes(), site.admin)
    gone = client.post(f"/papers/{paper.pk}/removal", **HTMX).content.decode()
    assert f"/papers/{paper.pk}/restoration" in gone
    assert names(claim) == []
    assert client.post(f"/papers/{paper.pk}/removal").status_code == 302
    assert client.get(f"/papers/{paper.pk}").status_code == 404
    page = client.get(f"/claims/{claim.pk}/papers").content.decode()
    assert "Removed papers (1)" in page
    back = client.post(f"/papers/{paper.pk}/restoration", **HTMX).content.decode()
    assert f'id="file-{paper.pk}"' in back
    assert names(claim) == ["Dockets.pdf"]


def test_a_certified_claim_keeps_its_papers_and_says_so(client, site):
    claim = site.claim()
    paper = put_on(claim, "Dockets.pdf", pdf_bytes(), site.admin)
    refused = client.post(f"/papers/{paper.pk}/removal", **HTMX)
    assert refused.status_code == 403
    assert "certified with the papers that it has" in refused.content.decode()
    page = client.get(f"/claims/{claim.pk}/papers").content.decode()
    assert "certified with the papers that it has" in page


def test_files_that_cannot_be_taken_keep_the_others_out_of_nothing(client, site, settings):
    claim = site.claim()
    settings.UPLOAD_MAX_BYTES = 2 << 20
    answer = send(
        client,
        claim,
        upload("Dockets.pdf", pdf_bytes()),
        upload("Setup.exe", b"MZ"),
        upload("Empty.pdf", b""),
        upload("Scan.pdf", b"%PDF-" + b"x" * (2 << 20)),
        **JSON,
    )
    said = {one["name"]: one["sentence"] for one in answer.json()["files"]}
    assert answer.status_code == 201
    assert said["Dockets.pdf"] == "Added"
    assert said["Setup.exe"].startswith("Setup.exe was not added. Files ending in .exe can't be attached.")
    assert said["Empty.pdf"].startswith("Empty.pdf was not added: the file is empty.")
    assert said["Scan.pdf"].startswith("Scan.pdf was not added: it is larger than 2 MiB.")
    assert names(claim) == ["Dockets.pdf"]


def test_the_plain_form_says_the_same_after_a_redirect(client, site):
    claim = site.claim()
    answer = client.post(
        f"/claims/{claim.pk}/uploads",
        {"files": [upload("Dockets.pdf", pdf_bytes()), upload("Setup.exe", b"MZ")]},
        follow=True,
    )
    page = answer.content.decode()
    assert answer.redirect_chain[0][0] == f"/claims/{claim.pk}/papers#papers"
    assert "1 paper added." in page
    assert "Setup.exe was not added." in page


def test_one_refused_file_alone_is_a_refusal(client, site):
    claim = site.claim()
    answer = send(client, claim, upload("Setup.exe", b"MZ"), **JSON)
    assert answer.status_code == 422
    assert answer.json()["problem"].startswith("Setup.exe was not added.")
    assert not StoredFile.objects.filter(size=2).exists()


def test_nothing_chosen_is_said(client, site):
    answer = client.post(f"/claims/{site.claim().pk}/uploads", {}, **JSON)
    assert answer.status_code == 422
    assert answer.json()["problem"].startswith("No file arrived.")


def test_fifty_files_at_once(client, site):
    claim = site.claim()
    files = [upload(f"Docket {n:02}.pdf", b"%PDF-1.4 " + str(n).encode()) for n in range(50)]
    assert send(client, claim, *files).status_code == 302
    assert names(claim) == [f"Docket {n:02}.pdf" for n in range(50)]


def test_more_files_than_may_be_sent_at_once_are_told_the_number(client, site, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 3
    claim = site.claim()
    answer = send(client, claim, *[upload(f"{n}.pdf", b"%PDF-") for n in range(4)])
    assert answer.status_code == 413
    assert "at most 3 files can be sent at a time" in answer.content.decode()
    assert names(claim) == []


def test_the_same_file_twice_is_one_paper(client, site):
    claim = site.claim()
    data = pdf_bytes()
    send(client, claim, upload("Dockets.pdf", data))
    again = send(client, claim, upload("Dockets.pdf", data), **JSON).json()
    assert (again["html"], again["note"]) == ("", "Is here already")
    send(client, claim, upload("Dockets, signed.pdf", data))
    assert names(claim) == ["Dockets.pdf", "Dockets, signed.pdf"]
    assert StoredFile.objects.filter(attachments__claim=claim).distinct().count() == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\scans\\Docket.pdf", "Docket.pdf"),
        ("Lieferschein – Größe 3½.pdf", "Lieferschein – Größe 3½.pdf"),
        ("送货单.pdf", "送货单.pdf"),
        ("إيصال.pdf", "إيصال.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
    ],
)
def test_names_are_kept_in_any_script_and_lead_nowhere(client, site, sent, kept):
    claim = site.claim()
    send(client, claim, upload(sent, pdf_bytes()))
    assert names(claim) == [kept]
    page = client.get(f"/claims/{claim.pk}/papers").content.decode()
    assert "<img src=x" not in page


def test_a_name_longer_than_any_disk_takes_keeps_its_ending(site):
    claim = site.claim()
    paper = put_on(claim, "x" * 400 + ".pdf", pdf_bytes(), site.admin)
    assert len(paper.name) == 255
    assert paper.name.endswith(".pdf")


def test_contracts_and_companies_have_papers_too(client, site):
    contract = make.make_contract(site.project)
    account = make.signed_in(make.make_account_admin(site.project.account))
    assert client.post(
        f"/contracts/{contract.pk}/uploads", {"files": upload("Signed.pdf", pdf_bytes())}
    ).url.startswith(f"/contracts/{contract.pk}")
    assert "Signed.pdf" in client.get(f"/contracts/{contract.pk}").content.decode()
    account.post(f"/companies/{contract.company_id}/uploads", {"files": upload("Cover.pdf", pdf_bytes())})
    page = account.get(f"/companies/{contract.company_id}").content.decode()
    assert "Cover.pdf" in page
    reader = client.get(f"/companies/{contract.company_id}").content.decode()
    assert "Cover.pdf" in reader
    assert "Only an administrator of the account adds papers" in reader
    refused = client.post(
        f"/companies/{contract.company_id}/uploads", {"files": upload("Mine.pdf", pdf_bytes())}, **JSON
    )
    assert refused.status_code == 403


def test_a_contact_adds_papers_until_the_claim_is_submitted(site):
    claim = site.claim(certify=False)
    contact = make.signed_in(make.make_claim_contact(claim.contract))
    assert send(contact, claim, upload("Mine.pdf", pdf_bytes()), **JSON).status_code == 201
    move_claim(site.admin, claim, ClaimStatus.UNDER_REVIEW)
    refused = send(contact, claim, upload("Late.pdf", pdf_bytes()), **JSON)
    assert refused.status_code == 403
    assert "until the progress claim is submitted" in refused.json()["problem"]
    assert (
        "until the progress claim is submitted" in contact.get(f"/claims/{claim.pk}/papers").content.decode()
    )


def test_the_limits_are_told_before_anything_is_sent(client, site, settings):
    settings.UPLOAD_MAX_BYTES = 64 << 20
    settings.UPLOAD_MAX_FILES = 30
    page = client.get(f"/claims/{site.claim().pk}/papers").content.decode()
    assert "each up to 64 MiB, 30 at a time" in page
    assert f'data-max-bytes="{64 << 20}"' in page


def test_the_number_of_queries_does_not_depend_on_the_papers(client, site, django_assert_max_num_queries):
    few, many = site.claim(), site.claim()
    put_on(few, "One.pdf", b"%PDF-1.4 one", site.admin)
    for n in range(40):
        put_on(many, f"{n}.pdf", b"%PDF-1.4 " + str(n).encode(), site.admin)
    counts = []
    for claim in (few, many):
        with django_assert_max_num_queries(60) as asked:
            client.get(f"/claims/{claim.pk}/papers")
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- the signed version ------------------------------------------------------------------------------------------


def store_signed(client, claim, name="Signed claim.pdf", data=None):
    file = SimpleUploadedFile(name, data if data is not None else pdf_bytes(2, "Signed by both"))
    return client.post(f"/claims/{claim.pk}/signed-version", {"file": file}, follow=True)


def test_the_signed_version_is_given_out_in_the_default_ones_place_until_it_is_withdrawn(client, site):
    claim = site.claim()
    before = content(client.get(f"/claims/{claim.pk}/pdf"))
    page = store_signed(client, claim).content.decode()
    assert "is now given out as this progress claim’s PDF" in page
    assert "Signed claim.pdf" in page and "Ana Ferreira" in page
    given = client.get(f"/claims/{claim.pk}/pdf")
    assert content(given) == pdf_bytes(2, "Signed by both")
    assert 'filename="Signed claim.pdf"' in given.headers["Content-Disposition"]
    signed = SignedDocument.objects.get()
    client.post(f"/signed-versions/{signed.pk}/withdrawal")
    assert content(client.get(f"/claims/{claim.pk}/pdf")) == before
    assert set(Event.objects.values_list("name", flat=True)) >= {
        "signed_version.stored",
        "signed_version.withdrawn",
    }


def test_only_a_pdf_that_opens_can_be_the_signed_version(client, site):
    claim = site.claim()
    assert "is no PDF" in store_signed(client, claim, "Signed.jpg", picture()).content.decode()
    assert "can&#x27;t be read as a PDF" in store_signed(client, claim, data=b"%PDF-1.4 no").content.decode()
    assert "the file is empty" in store_signed(client, claim, data=b"").content.decode()
    assert not SignedDocument.objects.exists()


def test_a_claim_that_is_not_certified_cannot_be_signed(client, site):
    claim = site.claim(certify=False)
    answer = client.post(
        f"/claims/{claim.pk}/signed-version", {"file": SimpleUploadedFile("Signed.pdf", pdf_bytes())}
    )
    assert answer.status_code == 403
    assert "can be signed" in answer.content.decode()


def test_a_contact_does_not_store_signed_versions(site):
    claim = site.claim()
    contact = make.signed_in(make.make_claim_contact(claim.contract))
    assert store_signed(contact, claim).status_code == 403
