"""Sealing: document, certificate page, evidence, then one PAdES signature over all of it (esign §5).

The document that was read stays byte for byte what it was: everything is appended after it. So the signed file begins
with the very bytes whose SHA-256 the signers' evidence names.
"""

from __future__ import annotations

import io
import logging
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from pyhanko.pdf_utils.embed import EmbeddedFileObject, EmbeddedFileParams, FileSpec, embed_file
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.stamp import StaticStampStyle

from tallystick.core import clock
from tallystick.documents.store import local_path
from tallystick.documents.words import dictionary_of
from tallystick.pdf.draw import Size
from tallystick.signing.builtin import evidence_file
from tallystick.signing.builtin.certificate import SealFacts, certificate_pdf, happenings_of
from tallystick.signing.builtin.keys import seal_key
from tallystick.signing.builtin.mark import mark_pdf
from tallystick.signing.builtin.models import BuiltinSigner
from tallystick.signing.builtin.time_stamps import NoTimeStamp, SettingTimeStamper
from tallystick.signing.builtin.verifying import why_not_sound
from tallystick.signing.chain import FILE_NAME
from tallystick.signing.evidence import chain_of
from tallystick.signing.models import Envelope
from tallystick.signing.seam import SignedArtifacts, Unavailable
from tallystick.signing.states import SignerState
from tallystick.terms.context import use

# pyHanko tells every certificate that it looks at.
logging.getLogger("pyhanko").setLevel(logging.ERROR)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.ERROR)

FIELD = "TallystickSeal"


def seal_envelope(envelope: Envelope) -> SignedArtifacts:
    """The sealed file and its evidence. Raises ``Unavailable`` where key or time stamp is not to be had now."""
    document = envelope.document
    if document is None:
        raise Unavailable("The document that was signed is not there.")
    key = seal_key(envelope.claim.contract.project.account)
    facts = SealFacts(
        key,
        level="PAdES B-T" if settings.SEAL_TIME_STAMPS else "PAdES B-B",
        time_stamps=settings.SEAL_TIME_STAMPS,
        at=clock.now(),
    )
    with use(dictionary_of(envelope.claim.contract.project)):
        evidence = evidence_file.evidence_of(envelope, facts.as_dict())
        pages = certificate_pdf(envelope, happenings_of(chain_of(envelope)), facts, evidence_name=FILE_NAME)
    original = local_path(document).read_bytes()
    sealed = _seal(envelope, original, pages, evidence, facts)
    if problem := why_not_sound(sealed, len(original)):
        raise Unavailable(f"The seal did not hold when it was checked: {problem} It is made again.")
    return SignedArtifacts(sealed, evidence=evidence)


def _seal(envelope: Envelope, original: bytes, pages: bytes, evidence: bytes, facts: SealFacts) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(original))
    page_count = int(writer.root["/Pages"]["/Count"])
    _append_pages(writer, pages)
    _embed(writer, evidence, facts.at)
    signer = SimpleSigner.load_pkcs12_data(facts.key.pkcs12, other_certs=[])
    meta = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=facts.key.subject,
        reason="Seals the signed document, its certificate of completion and its evidence",
    )
    with tempfile.TemporaryDirectory(prefix="tallystick-seal-") as folder:
        spec, style = _visible(envelope, page_count, Path(folder))
        stamper = SettingTimeStamper(settings.SEAL_TIME_STAMPS) if settings.SEAL_TIME_STAMPS else None
        sealer = PdfSigner(meta, signer, timestamper=stamper, stamp_style=style, new_field_spec=spec)
        try:
            sealed: io.BytesIO = sealer.sign_pdf(writer)
        except NoTimeStamp as fault:
            raise Unavailable(f"{fault} It is sealed as soon as there is one.") from fault
    return sealed.getvalue()


def _append_pages(writer: IncrementalPdfFileWriter, pages: bytes) -> None:
    reader = PdfFileReader(io.BytesIO(pages))
    # A page inherits nothing in what our own engine draws, so it stands alone without its parent.
    kids = [kid.get_object() for kid in reader.root["/Pages"]["/Kids"]]
    alone = [
        {name: page.raw_get(name) for name in page if name not in ("/Parent", "/StructParents")}
        for page in kids
    ]
    # All in one go, so that fonts that they share are copied once.
    together = ArrayObject([DictionaryObject(page) for page in alone])  # type: ignore[no-untyped-call]
    together.container_ref = reader.root.container_ref
    copies: Any = writer.import_object(together)
    for page in copies:
        writer.insert_page(page)  # type: ignore[no-untyped-call]


def _embed(writer: IncrementalPdfFileWriter, evidence: bytes, at: datetime) -> None:
    data = EmbeddedFileObject.from_file_data(
        writer, evidence, mime_type="application/json", params=EmbeddedFileParams(creation_date=at)
    )
    embed_file(
        writer,
        FileSpec(
            FILE_NAME,
            file_name=FILE_NAME,
            embedded_data=data,
            description="Evidence of the signatures",
            af_relationship=pdf_name("/Data"),
        ),
    )


def _visible(
    envelope: Envelope, page_count: int, folder: Path
) -> tuple[SigFieldSpec, StaticStampStyle | None]:
    """The first signature on the document's line to sign, where that was found; else the seal is invisible."""
    spot = envelope.sign_spot
    signed = [row for row in evidence_file.signers_of(envelope) if row.signer.state == SignerState.SIGNED]
    if not spot or not signed or not 0 <= spot["page_index"] < page_count:
        return SigFieldSpec(FIELD), None
    first = min(signed, key=lambda row: row.signer.signed_at or clock.now())
    path = folder / "mark.pdf"
    path.write_bytes(_mark(envelope, first, len(signed) - 1, Size(spot["width"], spot["height"])))
    box = (
        round(spot["x"]),
        round(spot["y"]) + 1,
        round(spot["x"] + spot["width"]),
        round(spot["y"] + spot["height"]),
    )
    style = StaticStampStyle.from_pdf_file(
        str(path),
        border_width=0,
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MIN, y_align=AxisAlignment.ALIGN_MIN, margins=Margins()
        ),
    )
    return SigFieldSpec(FIELD, on_page=spot["page_index"], box=box), style


def _mark(envelope: Envelope, row: BuiltinSigner, others: int, size: Size) -> bytes:
    project = envelope.claim.contract.project
    return mark_pdf(
        size=size,
        locale=project.locale,
        written_name=row.written_name,
        strokes=row.strokes,
        who=row.signer.name,
        at=row.signer.signed_at or clock.now(),
        zone=project.time_zone,
        others=others,
    )
