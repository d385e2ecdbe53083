"""What a claim is called on its paper, and the head of every page but the first."""

from tallystick.core.dates import format_date
from tallystick.documents.papers.furniture import (
    HAIRLINE,
    SOFT,
    Pens,
    capital,
    mark_width,
    one_line,
    status_mark,
)
from tallystick.documents.papers.model import ClaimPaper
from tallystick.pdf.draw import left_to_right
from tallystick.pdf.draw.flow import Flow


def claim_name(paper: ClaimPaper) -> str:
    """``Progress claim 4, revision 1``."""
    name = f"{capital(paper.words.claim)} {paper.claim_number}"
    return f"{name}, revision {paper.revision}" if paper.revision else name


def contract_name(paper: ClaimPaper) -> str:
    """``Subcontract SC-012 · Concrete supply and place``."""
    return " · ".join(
        part
        for part in (f"{capital(paper.words.contract)} {paper.contract_number}", paper.contract_title)
        if part
    )


def mark_of(paper: ClaimPaper) -> str:
    """What stands on every page while the claim isn't certified, and where it shows an earlier day; else empty."""
    if paper.as_at is not None:
        return f"As at {format_date(paper.as_at, paper.locale)} · {paper.status}"
    return "" if paper.is_certified else f"{paper.status} — not certified"


def running_head(flow: Flow, paper: ClaimPaper, pen: Pens, title: str = "") -> float:
    """The head of every page but the first: whose paper it is, and the status mark."""
    page = flow.page
    mark = mark_of(paper)
    right = flow.right
    if mark:
        status_mark(page, mark, pen.semibold, right, flow.top - 3)
        right -= mark_width(mark, pen.semibold) + 12
    x = flow.left
    if title:
        name = pen.semibold.line(title)
        page.show(name, x, flow.top + 8, 12)
        x += name.width_at(12) + 14
    said = left_to_right(f"{claim_name(paper)} · {contract_name(paper)} · {paper.claimant.name}")
    page.show(one_line(said, pen.regular, right - x, 8), x, flow.top + 8, 8, SOFT)
    page.rule(flow.left, flow.top + 15, flow.right, 0.4, HAIRLINE)
    return flow.top + 22
