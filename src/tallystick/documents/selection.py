"""What goes into a backup: chosen claims in their order, each with its own PDF and its papers (R-COMPILE-2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from tallystick.access.actor import Actor
from tallystick.claims import policies as claim_policies
from tallystick.claims.facts import facts_in_force, with_facts
from tallystick.claims.models import Claim
from tallystick.contracts.states import COMMITMENT_KINDS
from tallystick.core.errors import BadInput
from tallystick.core.text import join_and
from tallystick.directory.models import Project
from tallystick.documents.fingerprints import LAYOUT, claim_fingerprint, digest
from tallystick.documents.models import Attachment, SignedDocument, StoredFile
from tallystick.documents.words import dictionary_of
from tallystick.terms.context import text

MOST_CLAIMS = 5_000
"""More than any project has in a year; a selection beyond it is a mistake or mischief."""


@dataclass(frozen=True, slots=True)
class ChosenClaim:
    """One claim of a backup. ``signed`` takes the default PDF's place where there is one (R-COMPILE-6)."""

    claim: Claim
    attachments: tuple[Attachment, ...]
    signed: SignedDocument | None
    fingerprint: str

    @property
    def title(self) -> str:
        """As in the outline: contract, number, company."""
        claim = self.claim
        revision = f" r{claim.revision}" if claim.revision else ""
        return f"{claim.contract.number} · {claim.number}{revision} · {claim.contract.company.name}"


@dataclass(frozen=True, slots=True)
class Selection:
    """Chosen claims in the order of the document: contract number, then claim number (decisions, Backups)."""

    project: Project
    chosen: tuple[ChosenClaim, ...]

    @property
    def claim_ids(self) -> list[int]:
        """Ids in order."""
        return [item.claim.pk for item in self.chosen]

    @property
    def digest(self) -> str:
        """Of everything that the backup will show and hold, except who compiled it when."""
        dictionary = dictionary_of(self.project)
        return digest(
            [
                LAYOUT,
                dictionary.point_of_view.value,
                dictionary.locale.code,
                [self.project.number, self.project.name, self.project.address, self.project.paper_footer],
                self.project.stamp_backup_pages,
                [
                    [
                        item.fingerprint,
                        item.claim.contract.number,
                        item.claim.contract.title,
                        item.claim.contract.company.name,
                        item.claim.status,
                        item.signed.file.sha256 if item.signed else "",
                        [[a.name, a.file.sha256, a.file.unlocked_at is not None] for a in item.attachments],
                    ]
                    for item in self.chosen
                ],
            ]
        )

    def files(self) -> list[tuple[StoredFile, str]]:
        """Every stored file that is in it, with a name it is known by; each file once."""
        found: dict[int, tuple[StoredFile, str]] = {}
        for item in self.chosen:
            if item.signed:
                found.setdefault(item.signed.file_id, (item.signed.file, item.signed.name))
            for attachment in item.attachments:
                found.setdefault(attachment.file_id, (attachment.file, attachment.name))
        return list(found.values())


def select(actor: Actor, project: Project, claim_ids: Sequence[int]) -> Selection:
    """Load the chosen claims through what the actor may see, in a fixed number of queries.

    Raises ``BadInput`` that names each claim which can't be compiled, and why; nothing is half-made (R-COMPILE-4).
    """
    wanted = set(claim_ids)
    if not wanted:
        raise BadInput(text("Choose at least one {claim}: tick it in the list, then compile."))
    if len(wanted) > MOST_CLAIMS:
        raise BadInput(text("Choose at most {most} {claims} at a time.", most=f"{MOST_CLAIMS:,}"))
    claims = _load(actor, project, wanted)
    if len(claims) < len(wanted):
        missing = len(wanted) - len(claims)
        raise BadInput(
            text(
                "{claims:missing} that you chose {missing:is|are} no longer there. "
                "Load the list again and choose once more.",
                missing=missing,
            )
        )
    _check_periods(claims)
    claims.sort(key=lambda claim: (natural(claim.contract.number), claim.contract_id, claim.number))
    return Selection(project, tuple(_choose(claim) for claim in claims))


def _load(actor: Actor, project: Project, wanted: set[int]) -> list[Claim]:
    papers = Attachment.objects.filter(deleted_at=None).select_related("file").order_by("position", "pk")
    signed = SignedDocument.objects.filter(withdrawn_at=None).select_related("file")
    claims = with_facts(
        claim_policies.visible_to(actor).filter(
            contract__project=project, contract__kind__in=COMMITMENT_KINDS
        )
    ).prefetch_related(
        Prefetch("attachments", queryset=papers, to_attr="papers"),
        Prefetch("signed_documents", queryset=signed, to_attr="signed_versions"),
    )
    found: list[Claim] = []
    ids = sorted(wanted)
    for start in range(0, len(ids), 500):
        found += claims.filter(pk__in=ids[start : start + 500])
    return found


def _check_periods(claims: Sequence[Claim]) -> None:
    lacking = [claim for claim in claims if claim.period_id is None]
    if not lacking:
        return
    names = join_and([_known_as(claim) for claim in lacking], limit=10)
    raise BadInput(
        text("Nothing was compiled, because the billing period of {names} is missing. ", names=names)
        + text(
            "Choose a period on {lacking:it|each of them}, or leave {lacking:it|them} out of the selection.",
            lacking=len(lacking),
        ),
        {f"claim-{claim.pk}": text("This {claim} has no billing period.") for claim in lacking},
    )


def _known_as(claim: Claim) -> str:
    return text(
        "{claim} {number} of {company} ({contract})",
        number=claim.number,
        company=claim.contract.company.name,
        contract=claim.contract.number,
    )


def _choose(claim: Claim) -> ChosenClaim:
    papers: list[Attachment] = claim.papers  # type: ignore[attr-defined]
    versions: list[SignedDocument] = claim.signed_versions  # type: ignore[attr-defined]
    signed = next((one for one in versions if one.revision == claim.revision), None)
    names = [attachment.name for attachment in papers]
    return ChosenClaim(claim, tuple(papers), signed, claim_fingerprint(claim, facts_in_force(claim), names))


def natural(number: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts SC-9 before SC-10."""
    parts: list[tuple[int, int, str]] = []
    for piece in _pieces(number.casefold()):
        parts.append((0, int(piece), "") if piece.isascii() and piece.isdigit() else (1, 0, piece))
    return tuple(parts)


def _pieces(text_: str) -> list[str]:
    pieces: list[str] = []
    for char in text_:
        digit = char.isascii() and char.isdigit()
        if pieces and (pieces[-1][-1].isascii() and pieces[-1][-1].isdigit()) == digit:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces
