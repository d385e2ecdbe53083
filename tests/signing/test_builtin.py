"""Signing here: opened, read, agreed to, signed; sealed so that every change shows (esign §5)."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.db import connections

from tallystick.core import clock
from tallystick.core.errors import BadInput, NotFound, Refused
from tallystick.documents.actions import signed_version
from tallystick.documents.rendering import claim_pdf
from tallystick.documents.store import local_copy, local_path
from tallystick.notifications.actions import suppress_address
from tallystick.notifications.models import Message
from tallystick.signing.builtin.answering import (
    Circumstances,
    Reading,
    decline,
    open_document,
    pages_of,
    sign,
)
from tallystick.signing.builtin.consent import CURRENT
from tallystick.signing.builtin.handwriting import strokes_in
from tallystick.signing.builtin.keys import FILE, seal_key
from tallystick.signing.builtin.provider import watch_mail
from tallystick.signing.builtin.verifying import verify_signed
from tallystick.signing.states import EnvelopeState as E
from tallystick.signing.states import SignerState
from tallystick.signing.taking_back import void
from tests import factories as make
from tests.signing.site import contact_of, envelope_of, work

CHECKOUT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 3, 21, 12, 0, tzinfo=UTC)
HERE = Circumstances("203.0.113.7", "Firefox", {"said": "a code mailed to the address"})
DRAWN = json.dumps([[[10, 200], [200, 40], [400, 250], [600, 60]], [[650, 150], [900, 150]]])


def signs(claim, place: int = 0, **more) -> None:
    """The contact opens, reads, agrees and signs."""
    actor = make.actor_of(contact_of(claim, place))
    envelope = envelope_of(claim)
    open_document(actor, envelope, HERE)
    everything = range(1, pages_of(envelope) + 1)
    wanted = {"written_name": "Carl Contact", "reading": Reading(everything), "consent": CURRENT} | more
    sign(actor, envelope, HERE, **wanted)


def signed_file(claim) -> Path:
    return local_path(envelope_of(claim).signed_file)


def pdfsig(path: Path) -> str:
    answer = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False)
    return answer.stdout + answer.stderr


@pytest.fixture
def out(site):
    """A claim that is out to one contact."""
    claim = site.ready("SC-7")
    site.send(claim)
    return claim


def later(claim, **after):
    """So long after it was sent."""
    return clock.at(envelope_of(claim).sent_at + timedelta(**after))


@pytest.fixture
def signed(out):
    signs(out)
    work()
    return out


def test_the_contact_is_asked_by_an_e_mail_of_their_own(out):
    (message,) = Message.objects.filter(event="signature.requested")
    assert message.address == contact_of(out).email
    assert message.subject.endswith("Please sign progress claim 1 of SC-7 Concrete works")
    assert "Opening this link signs nothing." in message.text


def test_pyhanko_and_pdfsig_both_find_the_signed_file_valid(signed):
    report = verify_signed(signed_file(signed))
    assert report.problems == ()
    assert report.signers == (contact_of(signed).name,)
    said = pdfsig(signed_file(signed))
    assert "Signature is Valid." in said and "Total document signed" in said


@pytest.mark.parametrize("where", [0.1, 0.5, 0.8])
def test_one_changed_byte_is_found_by_both(signed, tmp_path, where):
    data = bytearray(signed_file(signed).read_bytes())
    document = envelope_of(signed).document.size
    spot = int(document * where) if where < 0.7 else document + int((len(data) - document) * 0.1)
    data[spot] ^= 0x01
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(bytes(data))
    with suppress(BadInput):
        assert verify_signed(changed).problems
    assert "Signature is Valid." not in pdfsig(changed)


def test_what_is_added_after_the_seal_is_found(signed, tmp_path):
    from pyhanko.pdf_utils.generic import TextStringObject, pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(signed_file(signed).read_bytes()))
    writer.root[pdf_name("/Lang")] = TextStringObject("tlh")
    writer.update_root()
    changed = tmp_path / "added.pdf"
    with changed.open("wb") as target:
        writer.write(target)
    assert "Something was added to the file after it was sealed." in verify_signed(changed).problems


def test_the_signed_file_begins_with_the_very_bytes_that_were_read(signed):
    envelope = envelope_of(signed)
    original = local_path(envelope.document).read_bytes()
    assert signed_file(signed).read_bytes().startswith(original)


def test_the_certificate_page_says_who_how_and_when(site):
    signed = site.ready()
    with clock.at(NOON):
        site.send(signed)
    with clock.at(NOON + timedelta(hours=1)):
        signs(signed)
        work()
    envelope = envelope_of(signed)
    pages = pypdfium2.PdfDocument(str(signed_file(signed)))
    own = pages_of(envelope)
    assert len(pages) > own
    said = " ".join(
        pages[at].get_textpage().get_text_bounded().replace("\r\n", " ") for at in range(own, len(pages))
    )
    person = contact_of(signed)
    for words in (
        "Certificate of completion",
        person.name,
        person.email,
        "Carl Contact",
        "203.0.113.7",
        "a code mailed to the address",
        "13:00:00 UTC",
        "22 Mar 2026, 12:00 am",
        "21 Mar 2026, 13:00:00 UTC",
        "I agree to sign it electronically",
        "not by keys of the people who signed",
        "PAdES B-B",
    ):
        assert " ".join(words.split()) in " ".join(said.split()), words
    assert envelope.document.sha256 in "".join(said.split())


def test_the_signature_stands_on_the_documents_line(site):
    claim = site.ready()
    site.send(claim)
    signs(claim, written_name="", strokes=strokes_in(DRAWN))
    work()
    envelope = envelope_of(claim)
    spot = envelope.sign_spot
    before = pypdfium2.PdfDocument(str(local_path(envelope.document)))[spot["page_index"]]
    after = pypdfium2.PdfDocument(str(signed_file(claim)))
    after.init_forms()
    height = before.get_height()
    box = (
        int(spot["x"] * 2),
        int((height - spot["y"] - spot["height"]) * 2),
        int((spot["x"] + spot["width"]) * 2),
        int((height - spot["y"]) * 2),
    )

    def ink(page) -> int:
        crop = page.render(scale=2, may_draw_forms=True).to_pil().convert("L").crop(box)
        return sum(1 for value in crop.tobytes() if value < 128)

    assert ink(before) == 0 and ink(after[spot["page_index"]]) > 100


def test_the_evidence_is_embedded_and_is_the_chain(signed):
    with pikepdf.open(signed_file(signed)) as pdf:
        evidence = json.loads(pdf.attachments["evidence.json"].get_file().read_bytes())
    assert [entry["event"] for entry in evidence["events"]] == [
        "requested",
        "sent",
        "opened",
        "signer_viewed",
        "state",
        "read",
        "consented",
        "signed",
        "signer_signed",
        "all_signed",
    ]
    (signer,) = evidence["signers"]
    assert signer["signature"]["typed"] == "Carl Contact"
    assert signer["consent"]["version"] == CURRENT and "for " in signer["consent"]["text"]
    assert signer["asked_by_message"]["message_id"].startswith("<")
    assert evidence["seal"]["made_here"] is True


def test_a_forged_entry_of_the_evidence_is_found_by_the_chain_even_in_a_file_sealed_anew(signed, tmp_path):
    with pikepdf.open(signed_file(signed)) as pdf:
        evidence = json.loads(pdf.attachments["evidence.json"].get_file().read_bytes())
    from tallystick.signing.chain import check_chain

    evidence["events"][7]["facts"]["address"] = "198.51.100.1"
    assert "Entry 8" in check_chain(evidence["events"], evidence["key"])


def test_the_signed_version_is_given_out_and_verifies_by_the_command(signed, capsys):
    from tallystick.cli import verify_signed as command

    stored, name = claim_pdf(signed.pk)
    assert stored == envelope_of(signed).signed_file and name.endswith("(signed).pdf")
    assert command.main([str(local_path(stored))]) == 0
    assert "Everything fits." in capsys.readouterr().out


def test_the_backup_shows_its_pages_and_embeds_the_original_byte_for_byte(site, signed):
    from tallystick.documents.store import local_copy
    from tallystick.documents.verification import verify

    backup = site.compile(signed)
    assert verify(local_copy(backup.file_key)).ok
    original = signed_file(signed).read_bytes()
    with pikepdf.open(local_copy(backup.file_key)) as pdf:
        embedded = [spec.get_file().read_bytes() for spec in pdf.attachments.values()]
        assert original in embedded
    text = "".join(
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(local_copy(backup.file_key))
    )
    assert "Certificate of completion" in text


def test_nobody_signs_without_opening_reading_agreeing_and_a_signature(out):
    actor, envelope = make.actor_of(contact_of(out)), envelope_of(out)
    everything = Reading(range(1, pages_of(envelope) + 1))
    with pytest.raises(BadInput, match="Open the document and read it"):
        sign(actor, envelope, HERE, reading=everything, consent=CURRENT, written_name="Carl")
    open_document(actor, envelope, HERE)
    for wrong, words in (
        ({"reading": Reading([1])}, "Go through every page"),
        ({"consent": ""}, "Tick that you agree"),
        ({"written_name": "  "}, "Type your name or draw"),
        ({"written_name": "x" * 200}, "longer than 120"),
    ):
        wanted = {"reading": everything, "consent": CURRENT, "written_name": "Carl"} | wrong
        with pytest.raises(BadInput, match=words):
            sign(actor, envelope, HERE, **wanted)
    assert envelope_of(out).state == E.VIEWED
    sign(actor, envelope, HERE, reading=Reading(confirmed=True), consent=CURRENT, written_name="Carl")
    assert envelope_of(out).all_signed_at is not None


@pytest.mark.parametrize(
    "sent", ["", "[]", "[[[1,1],[2,2]]]", "[[1,2]]", '[[["a",1]]]', "{}", "[" * 2000, "[[[true,1]]]"]
)
def test_what_is_no_drawn_signature_is_refused_in_words(sent):
    with pytest.raises(BadInput):
        strokes_in(sent)


def test_a_drawing_is_kept_within_its_bounds():
    assert strokes_in("[[[-5,10.4],[2000,999]]]") == [[[0, 10], [1000, 300]]]


def test_signing_twice_and_in_two_windows_at_once_is_one_signature(out):
    actor, envelope = make.actor_of(contact_of(out)), envelope_of(out)
    open_document(actor, envelope, HERE)

    def press(_: int) -> str:
        try:
            sign(actor, envelope, HERE, reading=Reading(confirmed=True), consent=CURRENT, written_name="Carl")
        except Refused as refusal:
            return str(refusal)
        finally:
            connections.close_all()
        return "signed"

    with ThreadPoolExecutor(4) as windows:
        assert set(windows.map(press, range(4))) == {"signed"}
    work()
    chain = [event.name for event in envelope_of(out).events.order_by("position")]
    assert chain.count("signed") == 1 and envelope_of(out).state == E.COMPLETED


def test_the_worker_that_seals_twice_stores_it_once(out):
    from tallystick.signing.collecting import collect_waiting
    from tallystick.signing.models import Envelope

    signs(out)

    def seal(_: int) -> None:
        try:
            collect_waiting()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(seal, range(3)))
    work()
    assert Envelope.objects.get().state == E.COMPLETED
    assert out.signed_documents.count() == 1
    assert [event.name for event in envelope_of(out).events.order_by("position")].count("completed") == 1


def test_declining_says_why_ends_it_and_is_told(site, out):
    actor, envelope = make.actor_of(contact_of(out)), envelope_of(out)
    with pytest.raises(BadInput, match="Say why you don't sign"):
        decline(actor, envelope, HERE, reason=" ")
    decline(actor, envelope, HERE, reason="Level 4 is missing.")
    decline(actor, envelope, HERE, reason="Level 4 is missing.")
    assert envelope_of(out).state == E.DECLINED
    (told,) = Message.objects.filter(event="signature.declined")
    assert told.address == site.person.email and "Level 4 is missing." in told.text
    with pytest.raises(Refused, match="Signing was declined"):
        open_document(actor, envelope, HERE)


def test_all_of_several_sign_and_the_file_is_sealed_once_at_the_end(site):
    site.choose(rule="all")
    claim = site.ready(contacts=2)
    site.send(claim)
    signs(claim, 0)
    work()
    assert envelope_of(claim).state == E.PARTIALLY_SIGNED and signed_version(claim) is None
    with pytest.raises(Refused, match="You have signed already"):
        open_document(make.actor_of(contact_of(claim, 0)), envelope_of(claim), HERE)
    signs(claim, 1, written_name="Second Contact")
    work()
    report = verify_signed(signed_file(claim))
    assert report.ok and len(report.signers) == 2


def test_any_one_is_enough_and_the_others_need_not_any_more(site):
    claim = site.ready(contacts=2)
    site.send(claim)
    signs(claim, 1)
    work()
    assert envelope_of(claim).state == E.COMPLETED
    with pytest.raises(Refused, match="This progress claim is signed"):
        open_document(make.actor_of(contact_of(claim, 0)), envelope_of(claim), HERE)


def test_only_those_who_are_asked_sign_and_only_while_they_are_contacts(site, out):
    from tallystick.contracts.actions import remove_claim_contact

    other = site.ready()
    for person in (contact_of(other), site.person):
        with pytest.raises(NotFound):
            open_document(make.actor_of(person), envelope_of(out), HERE)
    person = contact_of(out)
    remove_claim_contact(make.OPERATOR, out.contract, person)
    with pytest.raises(Refused, match="not a progress claim contact of this contract any more"):
        open_document(make.actor_of(person), envelope_of(out), HERE)


def test_after_its_time_it_is_over(site, out):
    with later(out, days=31):
        with pytest.raises(Refused, match="The time to sign is over"):
            signs(out)
        work()
    assert envelope_of(out).state == E.EXPIRED
    assert Message.objects.filter(event="signature.expired", address=site.person.email).count() == 1


def test_reminders_come_by_themselves_until_it_is_signed(out):
    for days in (2, 4, 5, 7, 8):
        with later(out, days=days):
            work()
    reminders = Message.objects.filter(event="signature.reminder")
    assert reminders.count() == 2 and {one.address for one in reminders} == {contact_of(out).email}
    with later(out, days=9):
        signs(out)
        work()
    with later(out, days=20):
        work()
    assert reminders.count() == 2


def test_a_voided_one_is_over_at_once_and_those_who_were_asked_are_told(site, out):
    void(site.admin, envelope_of(out), "Wrong amount.")
    assert envelope_of(out).state == E.VOIDED
    with pytest.raises(Refused, match="was taken back"):
        signs(out)
    (told,) = Message.objects.filter(event="signature.taken_back")
    assert told.address == contact_of(out).email and "Wrong amount." in told.text


def test_mail_that_comes_back_is_told_to_whoever_asked(site, out):
    suppress_address(site.project.account, contact_of(out).email, "550 5.1.1 No such user")
    assert watch_mail() == 1 and watch_mail() == 0
    envelope = envelope_of(out)
    assert envelope.state == E.BOUNCED and envelope.signers.get().state == SignerState.BOUNCED
    assert Message.objects.filter(event="signature.bounced", address=site.person.email).count() == 1


# --- the key ---------------------------------------------------------------------------------------------------------


def test_the_key_is_made_once_for_its_owner_alone(settings):
    def make_key(_: int) -> str:
        return seal_key().fingerprint

    with ThreadPoolExecutor(8) as crowd:
        assert len(set(crowd.map(make_key, range(8)))) == 1
    path = Path(settings.DATA) / FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in Path(settings.DATA).iterdir() if one.name.startswith(FILE)] == [FILE]


def bought(tmp_path: Path, *, days: int = 365) -> Path:
    """A certificate in PKCS#12, as one buys it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Northbuild Pty Ltd")])
    start = clock.now() - timedelta(days=400 if days < 0 else 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=abs(days)))
        .add_extension(
            x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "bought.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, BestAvailableEncryption(b"open"))
    )
    return path


def test_a_bought_certificate_takes_its_place(site, settings, tmp_path):
    settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE = str(bought(tmp_path)), "open"
    claim = site.ready()
    site.send(claim)
    signs(claim)
    work()
    report = verify_signed(signed_file(claim))
    assert report.ok and "Northbuild Pty Ltd" in report.seal
    assert not (Path(settings.DATA) / FILE).exists()


@pytest.mark.parametrize("trouble", ["missing", "passphrase", "over"])
def test_a_certificate_that_cannot_be_used_is_waited_for_and_never_replaced(
    site, settings, tmp_path, trouble
):
    path = bought(tmp_path, days=-30 if trouble == "over" else 365)
    settings.SEAL_PKCS12 = str(tmp_path / "nowhere.p12" if trouble == "missing" else path)
    settings.SEAL_PASSPHRASE = "wrong" if trouble == "passphrase" else "open"
    claim = site.ready()
    with clock.at(NOON):
        if trouble == "over":
            settings.SEAL_PKCS12 = str(bought(tmp_path, days=-30))
    site.send(claim)
    signs(claim)
    work()
    envelope = envelope_of(claim)
    assert envelope.state == E.PARTIALLY_SIGNED and "certificate" in envelope.reason
    assert signed_version(claim) is None


# --- time stamps -----------------------------------------------------------------------------------------------------


def test_with_a_time_stamp_authority_it_is_sealed_at_b_t(site, settings, authority):
    settings.SEAL_TIME_STAMPS = authority.url
    claim = site.ready()
    site.send(claim)
    signs(claim)
    work()
    report = verify_signed(signed_file(claim))
    assert report.ok and report.time_stamp
    assert "Signature is Valid." in pdfsig(signed_file(claim))


@pytest.mark.parametrize("trouble", ["down", "refuses", "garbage", "error"])
def test_without_its_time_stamp_it_waits_and_is_never_sealed_at_less(site, settings, authority, trouble):
    settings.SEAL_TIME_STAMPS = authority.url
    authority.trouble = trouble
    claim = site.ready()
    with clock.at(NOON):
        site.send(claim)
        signs(claim)
        work()
        envelope = envelope_of(claim)
        assert envelope.state == E.PARTIALLY_SIGNED and "time-stamp authority" in envelope.reason
        assert signed_version(claim) is None
    authority.trouble = ""
    with clock.at(NOON + timedelta(minutes=2)):
        work()
    assert envelope_of(claim).state == E.COMPLETED
    assert verify_signed(signed_file(claim)).time_stamp


def test_the_web_process_does_not_load_libraries_before_they_are_needed():
    code = (
        "import django, sys; django.setup(); import tallystick.config.urls;"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in "
        "('pyhanko', 'asn1crypto', 'httpx', 'fido2', 'qrcode', 'jwt', 'icalendar', 'xlsxwriter', 'holidays', 'dkim')))"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": f"{CHECKOUT}/src:{CHECKOUT}",
    }
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "[]"


def test_a_backup_shows_its_pages_and_embeds_the_sealed_file_byte_for_byte(site, signed):
    backup = site.compile(signed)
    sealed = signed_file(signed).read_bytes()
    with pikepdf.open(local_copy(backup.file_key)) as pdf:
        embedded = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
        with pdf.open_outline() as tree:
            assert tree.root[1].children[0].title == "Progress claim - SC-7 - 1 (signed).pdf"
        with pikepdf.open(io.BytesIO(sealed)) as alone:
            assert len(pdf.pages) >= len(alone.pages), "its pages, the certificate's among them"
    assert sealed in embedded.values(), sorted(embedded)


def test_the_sealed_file_taken_out_of_a_backup_still_holds(site, signed, tmp_path):
    backup = site.compile(signed)
    sealed = signed_file(signed).read_bytes()
    with pikepdf.open(local_copy(backup.file_key)) as pdf:
        (found,) = [
            data for spec in pdf.attachments.values() if (data := spec.get_file().read_bytes()) == sealed
        ]
    taken = tmp_path / "taken.pdf"
    taken.write_bytes(found)
    assert verify_signed(taken).ok and "Signature is Valid." in pdfsig(taken)
    shown = pdfsig(local_copy(backup.file_key))
    assert "Signature is Valid." not in shown, (
        "the compiled document itself is not signed, and says so nowhere"
    )
