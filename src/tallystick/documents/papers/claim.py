"""The claim's own PDF: application and certificate for payment, then continuation sheets."""

from tallystick.documents.papers.face import Face
from tallystick.documents.papers.furniture import Foot, capital, page_size, pens
from tallystick.documents.papers.heads import claim_name, contract_name
from tallystick.documents.papers.model import ClaimPaper
from tallystick.documents.papers.sheet import Sheet
from tallystick.pdf.draw import Document

_MARGIN = 40.0


def render_claim(paper: ClaimPaper) -> bytes:
    """The PDF of a claim. The same paper gives the same bytes."""
    document = Document(
        title=f"{claim_name(paper)} – {contract_name(paper)}",
        language=paper.locale,
        author=paper.claimant.name,
        subject=f"{capital(paper.words.form)}, {paper.project.number} {paper.project.name}",
        created=paper.created,
    )
    foot = Foot(paper.footer, pens(paper.locale).regular, page_size(paper.size), _MARGIN)
    Face(document, paper, foot).draw()
    Sheet(document, paper, foot).draw()
    foot.draw(document)
    return document.to_bytes()
