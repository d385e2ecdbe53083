"""Papers of the site: diary, dockets, monthly report, inspections, laboratory certificates, marked-up plan."""

import random
from datetime import timedelta

from tallystick.demo.papers.dice import seeded
from tallystick.demo.papers.facts import ClaimFacts, long_date, short_date
from tallystick.demo.papers.letterhead import begun, job, letterhead, sign, tint
from tallystick.demo.papers.sheet import A3_LANDSCAPE, A5_LANDSCAPE, Colour, Page, Paper

_WEATHER = (
    "fine, 24 °C",
    "fine, 31 °C",
    "overcast",
    "showers until 10 am",
    "windy, crane stood down 2 h",
    "rain, 4 h lost",
)
_NAMES = (
    "A. Tran",
    "B. Kelly",
    "C. Moretti",
    "D. Singh",
    "E. Walsh",
    "F. Okafor",
    "G. Muller",
    "H. Rossi",
    "J. Park",
)


def site_diary(facts: ClaimFacts) -> bytes:
    """A page for every week, several entries each."""
    paper, page, rng = begun(facts, f"Site diary {facts.month}")
    day, pages = facts.start, 0
    while day <= facts.end and pages < 5:
        if pages:
            page = paper.page()
        y = letterhead(page, facts, "SITE DIARY")
        page.text(48, y, f"{facts.project}: week from {long_date(day)}", 10, bold=True)
        y += 20
        for offset in range(7):
            current = day + timedelta(days=offset)
            if current.weekday() < 6 and current <= facts.end:
                y = _diary_day(page, facts, rng, current.strftime("%A %-d %B"), y)
        day += timedelta(days=7)
        pages += 1
    return paper.to_bytes()


def _diary_day(page: Page, facts: ClaimFacts, rng: random.Random, day: str, y: float) -> float:
    crew = rng.randint(3, 14)
    work = facts.lines[rng.randrange(len(facts.lines))][0] if facts.lines else facts.contract_title
    page.text(48, y, day, 9, bold=True)
    page.right(547, y, f"{rng.choice(_WEATHER)} · {crew} on site", 8.5)
    text = f"{work}. {rng.choice(_DIARY)} {rng.choice(_EVENTS)}"
    y = page.paragraph(48, y + 13, 499, text, 8.5)
    page.rule(48, y, 547, y, width=0.25, colour=(0.6, 0.6, 0.6))
    return y + 16


_EVENTS = (
    "No incidents.",
    "Toolbox talk held 6:45 am.",
    "Visit by the engineer at 2 pm.",
    "Near miss reported, see register.",
)
_DIARY = (
    "Delivery at 7:10 am, unloaded by tower crane.",
    "Waited one hour for access to the hoist.",
    "Area handed over by the trade before us at noon.",
    "Defects from last inspection closed out.",
    "Set-out checked against the survey marks.",
    "Worked through lunch to finish before the pour.",
    "RFI raised for the clash with the services above.",
    "Second crew started on the next level.",
)


def delivery_dockets(facts: ClaimFacts) -> bytes:
    """Dockets as a weighbridge prints them, one a page, in typewriter type."""
    paper = Paper("plex", title="Delivery dockets", author=facts.company)
    rng = seeded(f"{facts.contract_number}/{facts.claim_number}/dockets")
    first = rng.randint(20000, 80000)
    for index in range(rng.randint(3, 7)):
        page = paper.page(A5_LANDSCAPE)
        page.box(20, 20, 555, 380, (0.2, 0.2, 0.2), line=True)
        item = facts.lines[rng.randrange(len(facts.lines))][0] if facts.lines else facts.contract_title
        day = facts.start + timedelta(days=rng.randint(0, (facts.end - facts.start).days))
        rows = (
            facts.company.upper()[:48],
            f"ABN {facts.abn}",
            "",
            f"DELIVERY DOCKET NO.  {first + index * rng.randint(1, 9)}",
            "",
            f"DATE      {short_date(day)}   TIME {rng.randint(6, 15):02d}:{rng.randint(0, 59):02d}",
            f"DELIVER TO  {facts.project.upper()}, WICKHAM",
            f"ORDER     {facts.contract_number}",
            f"TRUCK     {rng.choice(('AK', 'BL', 'XP'))}{rng.randint(10, 99)}{rng.choice(('RQ', 'SW', 'TE'))}",
            "",
            f"ITEM      {item[:44]}",
            f"QTY       {rng.randint(1, 40)}    {rng.choice(('PALLETS', 'BUNDLES', 'M3', 'EACH', 'LM'))}",
            "",
            f"DRIVER    {rng.choice(_NAMES)}",
            "RECEIVED IN GOOD ORDER:",
        )
        for line, text in enumerate(rows):
            page.text(44, 52 + line * 21, text, 11, mono=True)
        sign(page, 270, 350, rng.choice(_NAMES))
    return paper.to_bytes()


def monthly_report(facts: ClaimFacts) -> bytes:
    """A report with a contents page whose lines are links, an outline and page labels of its own."""
    paper, page, rng = begun(facts, f"Monthly report {facts.month}")
    paper.label_prefix = "R-"
    sections = ("Progress", "Labour and plant", "Safety", "Quality", "Programme and delays")
    y = letterhead(page, facts, "MONTHLY REPORT")
    y = job(page, facts, y)
    page.text(48, y, "Contents", 12, bold=True)
    for number, section in enumerate(sections, 1):
        y += 20
        page.text(60, y, f"{number}  {section}", 10, colour=(0.1, 0.25, 0.6))
        page.right(547, y, f"R-{number + 1}", 10)
        page.link(56, y - 11, 495, 16, number)
        paper.outline.append((section, number))
    for number, section in enumerate(sections, 1):
        page = paper.page()
        y = letterhead(page, facts, f"{number}  {section}")
        for text, amount in rng.sample(facts.lines, min(5, len(facts.lines))):
            page.text(48, y, text[:90], 9, bold=True)
            share = rng.randint(35, 100)
            page.box(48, y + 6, 300, 8, (0.88, 0.89, 0.9))
            page.box(48, y + 6, 3 * share, 8, tint(facts))
            page.text(356, y + 13, f"{share} %", 8)
            page.right(547, y + 13, facts.money(amount), 8)
            y = page.paragraph(48, y + 30, 499, " ".join(rng.sample(_DIARY, 3)), 9) + 12
    return paper.to_bytes()


def inspection_checklist(facts: ClaimFacts) -> bytes:
    """An inspection and test plan with a table of checks."""
    paper, page, rng = begun(facts, "Inspection and test plan")
    y = letterhead(page, facts, "INSPECTION AND TEST PLAN")
    y = job(page, facts, y)
    rows = []
    for number, (text, _) in enumerate((facts.lines * 3)[:18], 1):
        day = facts.start + timedelta(days=rng.randint(0, 26))
        rows.append(
            (
                str(number),
                text[:62],
                rng.choice(("Hold", "Witness", "Review")),
                rng.choice(("Pass", "Pass", "Pass", "Re-inspected")),
                short_date(day),
                rng.choice(_NAMES),
            )
        )
    y = page.table(
        48,
        y,
        (
            ("No.", 30, False),
            ("Item", 235, False),
            ("Point", 50, False),
            ("Result", 62, False),
            ("Date", 57, False),
            ("By", 65, False),
        ),
        rows,
        7.5,
    )
    sign(page, 60, y + 40, facts.contact)
    page.text(48, y + 60, f"{facts.contact}, for {facts.company}", 8.5)
    return paper.to_bytes()


def test_certificates(facts: ClaimFacts) -> bytes:
    """Laboratory certificates, one a page."""
    paper = Paper("noto", title="Test certificates", author="Materials laboratory")
    rng = seeded(f"{facts.contract_number}/{facts.claim_number}/tests")
    for number in range(rng.randint(2, 4)):
        page = paper.page()
        page.text(48, 60, "Coalhaven Materials Testing", 14, bold=True)
        page.right(547, 60, f"Report CM{facts.claim_number:02d}-{rng.randint(1000, 9999)}/{number + 1}", 9)
        page.rule(48, 70, 547, 70)
        page.text(48, 92, f"Compressive strength of concrete cylinders: {facts.project}", 10, bold=True)
        rows = []
        for sample in range(12):
            strength = rng.randint(380, 520)
            rows.append(
                (
                    f"{number + 1}-{sample + 1}",
                    rng.choice(("7 d", "28 d")),
                    f"{rng.randint(2290, 2460)}",
                    f"{strength // 10}.{strength % 10}",
                    "Satisfactory",
                )
            )
        page.table(
            48,
            130,
            (
                ("Sample", 90, False),
                ("Age", 80, False),
                ("Density, kg/m³", 110, True),
                ("Strength, MPa", 110, True),
                ("Remark", 109, False),
            ),
            rows,
        )
        page.paragraph(
            48,
            400,
            499,
            "Samples were taken on site and cured in the laboratory. This report may only be reproduced in full.",
            8.5,
        )
        sign(page, 380, 460, f"Laboratory {number}")
        page.text(380, 480, "Approved signatory", 8.5)
    return paper.to_bytes()


def marked_up_plan(facts: ClaimFacts) -> bytes:
    """A floor plan in layers with the work of the month coloured in; lies on its side."""
    paper = Paper("plex", title="Marked-up plan", author=facts.company)
    rng = seeded(f"{facts.contract_number}/{facts.claim_number}/plan")
    page = paper.page(A3_LANDSCAPE)
    page.layer("Grid", begins=True)
    for column in range(10):
        x = 90 + column * 95
        page.rule(x, 60, x, 690, width=0.3, colour=(0.55, 0.55, 0.6))
        page.text(x - 4, 52, "ABCDEFGHJK"[column], 12, bold=True)
    for row in range(7):
        y = 90 + row * 95
        page.rule(60, y, 980, y, width=0.3, colour=(0.55, 0.55, 0.6))
        page.text(40, y + 4, str(row + 1), 12, bold=True)
    page.layer("Grid", begins=False)
    page.layer("Progress", begins=True)
    for _ in range(rng.randint(6, 13)):
        column, row = rng.randint(0, 7), rng.randint(0, 4)
        shade: Colour = rng.choice(((0.72, 0.88, 0.72), (0.98, 0.9, 0.62), (0.72, 0.82, 0.95)))
        page.box(94 + column * 95, 94 + row * 95, 87 * rng.randint(1, 2), 87, shade)
    page.layer("Progress", begins=False)
    page.layer("Walls", begins=True)
    page.box(90, 90, 855, 570, (0, 0, 0), line=True)
    for column in range(1, 9):
        page.rule(90 + column * 95, 90, 90 + column * 95, 280 + rng.randint(0, 90), width=2.2)
        page.rule(90 + column * 95, 470, 90 + column * 95, 660, width=2.2)
    page.rule(90, 375, 945, 375, width=1.4)
    page.rule(90, 445, 945, 445, width=1.4)
    page.layer("Walls", begins=False)
    page.box(1000, 60, 170, 740, (0, 0, 0), line=True)
    for line, text in enumerate(
        (
            facts.project,
            f"Level {rng.randint(1, 8)} plan",
            f"Progress {facts.month}",
            facts.company,
            "Green: complete",
            "Yellow: in progress",
            "Blue: materials on site",
            "Not to scale",
        )
    ):
        page.paragraph(1010, 90 + line * 40, 150, text, 10)
    return paper.to_bytes()
