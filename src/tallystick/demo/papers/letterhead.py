"""What the papers of one firm have in common: head, colour, particulars, signature."""

import random

from tallystick.demo.papers.dice import seeded
from tallystick.demo.papers.facts import ClaimFacts
from tallystick.demo.papers.sheet import Colour, Page, Paper

_TINTS: tuple[Colour, ...] = (
    (0.13, 0.27, 0.45),
    (0.45, 0.16, 0.12),
    (0.12, 0.36, 0.27),
    (0.32, 0.24, 0.44),
    (0.25, 0.25, 0.27),
    (0.55, 0.33, 0.05),
)


def begun(facts: ClaimFacts, title: str) -> tuple[Paper, Page, random.Random]:
    """A paper with its first page, and dice that fall the same way for the same claim and title."""
    rng = seeded(f"{facts.contract_number}/{facts.claim_number}/{title}")
    paper = Paper("plex" if len(facts.company) % 2 else "noto", title=title, author=facts.company)
    page = paper.page()
    return paper, page, rng


def tint(facts: ClaimFacts) -> Colour:
    """The firm's own colour."""
    return _TINTS[sum(map(ord, facts.company)) % len(_TINTS)]


def letterhead(page: Page, facts: ClaimFacts, title: str) -> float:
    """The firm's head on a page; gives the line below it."""
    own = tint(facts)
    page.box(0, 0, page.size[0], 10, own)
    page.text(48, 52, facts.company, 15, bold=True, colour=own)
    page.text(48, 66, f"{facts.trade}  ·  ABN {facts.abn}", 8)
    page.text(48, 77, facts.address.replace("\n", ", "), 8)
    page.right(page.size[0] - 48, 52, title, 15, bold=True)
    page.rule(48, 88, page.size[0] - 48, 88, width=0.75, colour=own)
    return 110


def job(page: Page, facts: ClaimFacts, y: float) -> float:
    """What project, contract and claim the paper is about; gives the line below."""
    for label, value in (
        ("Project", f"{facts.project_number}  {facts.project}"),
        ("To", facts.head_contractor),
        ("Contract", f"{facts.contract_number}  {facts.contract_title}"),
        ("Progress claim", f"No. {facts.claim_number}, {facts.month}"),
    ):
        page.text(48, y, label, 8.5, bold=True)
        page.text(130, y, value, 8.5)
        y += 13
    return y + 10


def sign(page: Page, x: float, y: float, name: str) -> None:
    """A few strokes of a pen that differ from person to person."""
    rng = seeded(name)
    top = page.size[1]
    strokes = f"{x:.1f} {top - y:.1f} m"
    for _ in range(9):
        points: list[float] = []
        for _ in range(2):
            points += [x + rng.uniform(-6, 24), top - y + rng.uniform(-8, 20)]
        x += rng.uniform(7, 17)
        points += [x, top - y + rng.uniform(-3, 7)]
        strokes += " " + " ".join(f"{point:.1f}" for point in points) + " c"
    page.ops.append(f"0.08 0.13 0.45 RG 1.1 w {strokes} S")
