"""Proving a signed document from the file alone: the seal, the bytes that were read, and the chain of evidence.

No database and no network. Whether the certificate is to be trusted is not said here: one that was made by an
installation is known to nobody else; its digest is told, to be compared with the one that the sender gives.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tallystick.core.errors import BadInput
from tallystick.core.text import plural
from tallystick.signing.chain import FILE_NAME, check_chain


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. ``problems`` are sentences; none of them means that everything fits."""

    document: str
    signers: tuple[str, ...]
    seal: str
    seal_sha256: str
    time_stamp: str
    entries: int
    document_sha256: str
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything fits."""
        return not self.problems

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"ok": self.ok, **asdict(self)}

    def lines(self) -> list[str]:
        """For people."""
        said = [
            f"{self.document or 'The document'}, signed by {', '.join(self.signers) or 'nobody'}.",
            f"Sealed by {self.seal}, certificate sha256 {self.seal_sha256}",
            f"Time stamp: {self.time_stamp or 'none of an outside authority'}.",
            f"{plural(self.entries, 'entry', 'entries')} of evidence.",
            f"Document as it was read: sha256 {self.document_sha256}",
        ]
        return [*said, *(self.problems or ("Everything fits.",))]


def verify_signed(path: Path) -> Verified:
    """Look at a signed file. Raises ``BadInput`` where it is none of the built-in provider's."""
    data = path.read_bytes()
    reader = _reader(path.name, data)
    evidence = _evidence(reader)
    if evidence is None or not reader.embedded_signatures:
        raise BadInput(f"{path.name} holds no seal with evidence of Tallystick’s.")
    told = evidence["document"]
    signature = reader.embedded_signatures[0]
    status = _status(reader)
    problems = [problem for problem in (_seal_problem(status), _read_problem(data, told)) if problem]
    if problem := check_chain(evidence["events"], evidence["key"]):
        problems.append(problem)
    problems += _disagreements(evidence)
    certificate = signature.signer_cert
    return Verified(
        document=str(told["name"]),
        signers=tuple(one["name"] for one in evidence["signers"] if one["state"] == "signed"),
        seal=str(certificate.subject.human_friendly),
        seal_sha256=hashlib.sha256(certificate.dump()).hexdigest(),
        time_stamp=_time_stamp(status),
        entries=len(evidence["events"]),
        document_sha256=str(told["sha256"]),
        problems=tuple(problems),
    )


def why_not_sound(sealed: bytes, original_size: int) -> str:
    """What is wrong with a file that was sealed just now; empty where it holds and begins with what was read."""
    reader = PdfFileReader(io.BytesIO(sealed))
    evidence = _evidence(reader)
    if evidence is None:
        return "The evidence is not embedded."
    if int(evidence["document"]["size"]) != original_size:
        return "The document is not the one that was read."
    return _seal_problem(_status(reader)) or _read_problem(sealed, evidence["document"])


def _reader(name: str, data: bytes) -> PdfFileReader:
    try:
        reader = PdfFileReader(io.BytesIO(data))
        _ = reader.embedded_signatures
    except (PdfError, ValueError, KeyError, TypeError) as cause:
        raise BadInput(f"{name} can't be opened as a PDF: it is damaged, or it is something else.") from cause
    return reader


def _evidence(reader: PdfFileReader) -> dict[str, Any] | None:
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        for at in range(0, len(names) - 1, 2):
            if str(names[at]) == FILE_NAME:
                found: dict[str, Any] = json.loads(names[at + 1]["/EF"]["/F"].data)
                return found
    except (KeyError, ValueError, TypeError, PdfError):
        return None
    return None


def _status(reader: PdfFileReader) -> PdfSignatureStatus | str:
    """What pyHanko finds, or why it can't look."""
    signature = reader.embedded_signatures[0]
    try:
        return validate_pdf_signature(signature, _context(signature))
    except (SignatureValidationError, PdfError, ValueError) as fault:
        return f"The seal can't be checked: {fault}"


def _seal_problem(status: PdfSignatureStatus | str) -> str:
    if isinstance(status, str):
        return status
    stamp = status.timestamp_validity
    findings = (
        (not status.intact, "The seal is broken: something in the file was changed after it was sealed."),
        (not status.valid, "The seal’s signature is not valid."),
        (
            status.coverage != SignatureCoverageLevel.ENTIRE_FILE,
            "Something was added to the file after it was sealed.",
        ),
        (status.docmdp_ok is False, "The file was changed in a way that its seal forbids."),
        (stamp is not None and not (stamp.intact and stamp.valid), "The time stamp does not hold."),
    )
    return next((said for wrong, said in findings if wrong), "")


def _context(signature: EmbeddedPdfSignature) -> ValidationContext:
    """Nothing is fetched; the chain in the file is taken as it is, since trust is not what is asked here."""
    return ValidationContext(
        trust_roots=[signature.signer_cert, *signature.other_embedded_certs],
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def _time_stamp(status: PdfSignatureStatus | str) -> str:
    if isinstance(status, str) or status.timestamp_validity is None:
        return ""
    return str(status.timestamp_validity.timestamp.isoformat())


def _read_problem(data: bytes, told: Mapping[str, Any]) -> str:
    """The file begins with the very bytes that were read before signing."""
    size = int(told["size"])
    if hashlib.sha256(data[:size]).hexdigest() != told["sha256"]:
        return "The document is not the one that the signers read."
    return ""


def _disagreements(evidence: Mapping[str, Any]) -> list[str]:
    """Where the list of signers says something else than the chain, which is what counts."""
    in_chain = {entry["facts"].get("email") for entry in evidence["events"] if entry["event"] == "signed"}
    told = {one["email"] for one in evidence["signers"] if one["state"] == "signed"}
    if in_chain != told:
        return ["The list of those who signed is not what the chain of evidence tells."]
    read = {entry["facts"].get("document") for entry in evidence["events"] if entry["event"] == "signed"}
    if read - {evidence["document"]["sha256"]}:
        return ["Somebody signed another document than this one."]
    return []
