"""Sending claims for signature and sealing them, beside drawing their PDFs alone and one bare pyHanko signature.

``.venv/bin/python -m bench.signing`` makes a throwaway database with claims of three lines and prints two tables.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from bench.claims_list import am_child, run_in_child, set_up
from bench.measure import Figure, Table, show_all

CLAIMS = 24


def main(argv: Sequence[str] = ()) -> int:
    """Print the tables; ``--json`` prints one object. Returns 0: a timing never fails anything."""
    if not am_child():
        return run_in_child("bench.signing", argv)
    with tempfile.TemporaryDirectory(prefix="tallystick-bench-") as folder:
        set_up(folder)
        from tests.signing.site import SigningSite

        site = SigningSite()
        claims = [site.ready(f"SC-{number:03}") for number in range(1, CLAIMS + 1)]
        tables = [_sending(site, claims), _sealing(claims)]
    show_all(tables, as_json="--json" in argv)
    return 0


def _sending(site: Any, claims: Sequence[Any]) -> Table:
    """One claim after the other in one process; a run spreads them over the cores."""
    from tallystick.claims.storage import lines_of
    from tallystick.documents import papers
    from tallystick.documents.claim_paper import paper_of
    from tallystick.documents.rendering import load_claim
    from tallystick.documents.words import dictionary_of
    from tallystick.signing.sending import send_one
    from tallystick.terms.context import use

    def draw(claim: Any) -> None:
        loaded = load_claim(claim.pk)
        with use(dictionary_of(loaded.contract.project)):
            papers.render_for_signing(paper_of(loaded, lines_of(loaded), []), ())

    table = Table(f"Sending for signature, a claim of 3 lines (median of {CLAIMS})")
    table.add(_each("drawing its PDF, nothing kept", draw, claims))
    began = time.perf_counter()
    envelopes = site.ask(*claims).envelopes
    asked = time.perf_counter() - began
    table.add(Figure("asking: envelope, signers, evidence, run", asked / CLAIMS, note=f"{CLAIMS} at once"))
    table.add(_each("drawn, looked at, kept, e-mailed", lambda one: send_one(one.pk), envelopes))
    return table


def _sealing(claims: Sequence[Any]) -> Table:
    """From the last signature to the signed file in the default PDF's place."""
    from tallystick.documents.store import local_path
    from tallystick.signing.builtin.keys import seal_key
    from tallystick.signing.builtin.sealing import seal_envelope
    from tallystick.signing.builtin.verifying import verify_signed
    from tallystick.signing.collecting import collect_one
    from tests.signing.site import envelope_of
    from tests.signing.test_builtin import signs

    for claim in claims:
        signs(claim)
    envelopes = [envelope_of(claim) for claim in claims]
    originals = [local_path(one.document).read_bytes() for one in envelopes]
    key = seal_key()
    table = Table(f"Sealing a signed claim (median of {CLAIMS})")
    table.add(_each("pyHanko, one bare PAdES B-B signature", lambda data: _bare(data, key.pkcs12), originals))
    table.add(_each("certificate page, evidence, seal, checked", seal_envelope, envelopes))
    table.add(_each("and stored in place, told by e-mail", lambda one: collect_one(one.pk), envelopes))
    signed = [local_path(envelope_of(claim).signed_file) for claim in claims]
    table.add(_each("verified from the file alone", verify_signed, signed))
    return table


def _bare(data: bytes, pkcs12: bytes) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko.sign.fields import SigSeedSubFilter

    meta = PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    signer = SimpleSigner.load_pkcs12_data(pkcs12, other_certs=[])
    PdfSigner(meta, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)))


def _each(name: str, work: Callable[[Any], Any], things: Sequence[Any]) -> Figure:
    """One go for each thing, since each can be done once; the median leaves out what the first one loads."""
    times = []
    for thing in things:
        began = time.perf_counter()
        work(thing)
        times.append(time.perf_counter() - began)
    return Figure(name, median(times))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
