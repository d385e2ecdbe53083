"""The claim's own PDF: application and certificate for payment, then continuation sheets."""

from collections.abc import Sequence
from dataclasses import dataclass

from tallystick.documents.papers.face import Face
from tallystick.documents.papers.furniture import Foot, capital, page_size, pens
from tallystick.documents.papers.heads import claim_name, contract_name
from tallystick.documents.papers.model import ClaimPaper, SignPlace, SignSpot
from tallystick.documents.papers.sheet import Sheet
from tallystick.documents.papers.sign_places import SignaturePage, mark_place
from tallystick.pdf.draw import Document

_MARGIN = 40.0


def render_claim(paper: ClaimPaper) -> bytes:
    """The PDF of a claim. The same paper gives the same bytes."""
    return render_for_signing(paper, ()).pdf


@dataclass(frozen=True, slots=True)
class DrawnForSigning:
    """The PDF, and where its claimant signs."""

    pdf: bytes
    spot: SignSpot | None


def render_for_signing(paper: ClaimPaper, places: Sequence[SignPlace]) -> DrawnForSigning:
    """The PDF of a claim with the line to sign located. With ``places`` it is a copy for a provider that finds its
    fields by text: one signer signs in the claimant's block, several on a page of their own at the end."""
    document = Document(
        title=f"{claim_name(paper)} – {contract_name(paper)}",
        language=paper.locale,
        author=paper.claimant.name,
        subject=f"{capital(paper.words.form)}, {paper.project.number} {paper.project.name}",
        created=paper.created,
    )
    foot = Foot(paper.footer, pens(paper.locale).regular, page_size(paper.size), _MARGIN)
    spot = Face(document, paper, foot).draw()
    Sheet(document, paper, foot).draw()
    if len(places) == 1 and spot is not None:
        mark_place(document.pages[spot.page_index], pens(paper.locale), spot, places[0])
    elif places:
        SignaturePage(document, paper, foot, places).draw()
    foot.draw(document)
    return DrawnForSigning(document.to_bytes(), spot)
