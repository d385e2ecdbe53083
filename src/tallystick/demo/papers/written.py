"""Papers that were typed: invoices, statements, diaries, dockets, reports, checklists, certificates, drawings."""

import random
from datetime import timedelta

from tallystick.demo.papers.facts import ClaimFacts, long_date, short_date
from tallystick.demo.papers.sheet import A3_LANDSCAPE, A5_LANDSCAPE, Colour, Page, Paper

_TINTS: tuple[Colour, ...] = (
    (0.13, 0.27, 0.45), (0.45, 0.16, 0.12), (0.12, 0.36, 0.27), (0.32, 0.24, 0.44), (0.25, 0.25, 0.27),
    (0.55, 0.33, 0.05),
)  # fmt: skip
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


def _paper(facts: ClaimFacts, title: str) -> tuple[Paper, Page, random.Random]:
    rng = random.Random(f"{facts.contract_number}/{facts.claim_number}/{title}")  # noqa: S311 - prose, not a secret
    paper = Paper("plex" if len(facts.company) % 2 else "noto", title=title, author=facts.company)
    page = paper.page()
    return paper, page, rng


def _tint(facts: ClaimFacts) -> Colour:
    return _TINTS[sum(map(ord, facts.company)) % len(_TINTS)]


def _letterhead(page: Page, facts: ClaimFacts, title: str) -> float:
    tint = _tint(facts)
    page.box(0, 0, page.size[0], 10, tint)
    page.text(48, 52, facts.company, 15, bold=True, colour=tint)
    page.text(48, 66, f"{facts.trade}  ·  ABN {facts.abn}", 8)
    page.text(48, 77, facts.address.replace("\n", ", "), 8)
    page.right(page.size[0] - 48, 52, title, 15, bold=True)
    page.rule(48, 88, page.size[0] - 48, 88, 0.75, tint)
    return 110


def _job(page: Page, facts: ClaimFacts, y: float) -> float:
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


def tax_invoice(facts: ClaimFacts) -> bytes:
    """The claimant's own tax invoice over what the claim asks for."""
    paper, page, _ = _paper(facts, "Tax invoice")
    y = _letterhead(page, facts, "TAX INVOICE")
    page.right(547, y, f"Invoice {facts.reference}", 9, bold=True)
    page.right(547, y + 13, f"Date {short_date(facts.end)}", 9)
    y = _job(page, facts, y)
    shown = [(text[:70], facts.money(amount)) for text, amount in facts.lines[:22]]
    if len(facts.lines) > 22:
        shown.append(
            (
                f"{len(facts.lines) - 22} further items as per claim",
                facts.money(sum(a for _, a in facts.lines[22:])),
            )
        )
    y = page.table(48, y, (("Description", 399, False), ("Amount", 100, True)), shown) + 6
    for label, amount in (
        ("Work and materials this period", facts.work_this_period),
        ("Less retention", -facts.retention_this_period),
        ("Payable, excluding GST", facts.due),
        ("GST", facts.tax),
    ):
        page.right(440, y, label, 9)
        page.right(544, y, facts.money(amount), 9)
        y += 14
    page.box(330, y - 9, 217, 18, (0.91, 0.92, 0.93))
    page.right(440, y + 4, "Total including GST", 10, bold=True)
    page.right(544, y + 4, facts.money(facts.due_with_tax), 10, bold=True)
    page.text(48, 770, "Payment to BSB 000-000, account 1234 5678. Terms 20 business days from the claim.", 8)
    page.text(
        48,
        782,
        "This is a payment claim under the Building and Construction Industry Security of Payment Act 1999 (NSW).",
        8,
    )
    return paper.to_bytes()


def subcontractor_statement(facts: ClaimFacts) -> bytes:
    """The declaration that workers have been paid, with its fields filled in; every one has the same field names."""
    paper, page, _ = _paper(facts, "Subcontractor's statement")
    page.text(48, 60, "SUBCONTRACTOR'S STATEMENT", 14, bold=True)
    page.text(
        48,
        76,
        "Workers compensation, payroll tax and remuneration: period of work covered by this statement",
        8.5,
    )
    y = 110.0
    for label, name, value in (
        ("Subcontractor", "subcontractor", facts.company),
        ("ABN", "abn", facts.abn),
        ("Address", "address", facts.address.replace("\n", ", ")),
        ("Has entered into a contract with", "principal", facts.head_contractor),
        ("Contract number", "contract", facts.contract_number),
        ("Nature of contract work", "work", facts.contract_title),
        ("This statement covers work from", "from", short_date(facts.start)),
        ("to", "to", short_date(facts.end)),
        ("Subject of the payment claim dated", "claim", short_date(facts.end)),
    ):
        page.text(48, y, label, 9)
        page.box(250, y - 11, 297, 15, (0.75, 0.78, 0.82), line=True)
        page.field(250, y, 297, name, value)
        y += 22
    y += 8
    for letter, text in zip("abcde", _STATEMENTS, strict=True):
        page.text(48, y, f"({letter})", 8.5)
        y = page.paragraph(70, y, 470, text, 8.5) + 6
    page.text(48, y + 24, "Signature", 9)
    page.rule(110, y + 26, 330, y + 26)
    _signature(page, 120, y + 24, facts.contact)
    page.text(48, y + 46, f"Full name: {facts.contact}", 9)
    page.text(330, y + 46, f"Date: {short_date(facts.end)}", 9)
    return paper.to_bytes()


_STATEMENTS = (
    "The subcontractor has either given the principal contractor any previous statements required, or no earlier "
    "statement was required for this contract.",
    "All workers compensation insurance premiums payable by the subcontractor in respect of the work done under the "
    "contract have been paid. A certificate of currency is attached or was given before.",
    "All remuneration payable to relevant employees for work under the contract for the above period has been paid.",
    "Where the subcontractor is required to be registered as an employer for payroll tax, it has paid all payroll tax "
    "due in respect of employees who performed work under the contract.",
    "Where the subcontractor is also a principal contractor in connection with the work, it has in its capacity of "
    "principal contractor been given a written statement by its own subcontractors.",
)


def _signature(page: Page, x: float, y: float, name: str) -> None:
    """A few strokes of a pen that differ from person to person."""
    rng = random.Random(name)  # noqa: S311 - a drawing
    top = page.size[1]
    strokes = f"{x:.1f} {top - y:.1f} m"
    for _ in range(9):
        points = []
        for _ in range(2):
            points += [x + rng.uniform(-6, 24), top - y + rng.uniform(-8, 20)]
        x += rng.uniform(7, 17)
        strokes += f" {points[0]:.1f} {points[1]:.1f} {points[2]:.1f} {points[3]:.1f} {x:.1f} {top - y + rng.uniform(-3, 7):.1f} c"
    page.ops.append(f"0.08 0.13 0.45 RG 1.1 w {strokes} S")


def site_diary(facts: ClaimFacts) -> bytes:
    """A page for every week, several entries each."""
    paper, page, rng = _paper(facts, f"Site diary {facts.month}")
    day, pages = facts.start, 0
    while day <= facts.end and pages < 5:
        if pages:
            page = paper.page()
        y = _letterhead(page, facts, "SITE DIARY")
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
    text = (
        f"{work}. {rng.choice(_DIARY)} "
        f"{rng.choice(('No incidents.', 'Toolbox talk held 6:45 am.', 'Visit by the engineer at 2 pm.', 'Near miss reported, see register.'))}"
    )
    y = page.paragraph(48, y + 13, 499, text, 8.5)
    page.rule(48, y, 547, y, 0.25, (0.6, 0.6, 0.6))
    return y + 16


_DIARY = (
    "Delivery at 7:10 am, unloaded by tower crane.", "Waited one hour for access to the hoist.",
    "Area handed over by the trade before us at noon.", "Defects from last inspection closed out.",
    "Set-out checked against the survey marks.", "Worked through lunch to finish before the pour.",
    "RFI raised for the clash with the services above.", "Second crew started on the next level.",
)  # fmt: skip


def delivery_dockets(facts: ClaimFacts) -> bytes:
    """Dockets as a weighbridge prints them, one a page, in typewriter type."""
    paper = Paper("plex", title="Delivery dockets", author=facts.company)
    rng = random.Random(f"{facts.contract_number}/{facts.claim_number}/dockets")  # noqa: S311
    first = rng.randint(20000, 80000)
    for index in range(rng.randint(3, 7)):
        page = paper.page(A5_LANDSCAPE)
        page.box(20, 20, 555, 380, (0.2, 0.2, 0.2), line=True)
        item = facts.lines[rng.randrange(len(facts.lines))][0] if facts.lines else facts.contract_title
        day = facts.start + timedelta(days=rng.randint(0, (facts.end - facts.start).days))
        rows = (
            facts.company.upper()[:48], f"ABN {facts.abn}", "", f"DELIVERY DOCKET NO.  {first + index * rng.randint(1, 9)}", "",
            f"DATE      {short_date(day)}   TIME {rng.randint(6, 15):02d}:{rng.randint(0, 59):02d}",
            f"DELIVER TO  {facts.project.upper()}, WICKHAM", f"ORDER     {facts.contract_number}",
            f"TRUCK     {rng.choice('ABCDX')}{rng.choice('KLMNP')}{rng.randint(10, 99)}{rng.choice('RSTUV')}{rng.choice('QWER')}",
            "", f"ITEM      {item[:44]}", f"QTY       {rng.randint(1, 40)}    {rng.choice(('PALLETS', 'BUNDLES', 'M3', 'EACH', 'LM'))}", "",
            f"DRIVER    {rng.choice(_NAMES)}", "RECEIVED IN GOOD ORDER:",
        )  # fmt: skip
        for line, text in enumerate(rows):
            page.text(44, 52 + line * 21, text, 11, mono=True)
        _signature(page, 270, 350, rng.choice(_NAMES))
    return paper.to_bytes()


def weekly_report(facts: ClaimFacts) -> bytes:
    """A report with a contents page whose lines are links, an outline and page labels of its own."""
    paper, page, rng = _paper(facts, f"Monthly report {facts.month}")
    paper.label_prefix = "R-"
    sections = ("Progress", "Labour and plant", "Safety", "Quality", "Programme and delays")
    y = _letterhead(page, facts, "MONTHLY REPORT")
    y = _job(page, facts, y)
    page.text(48, y, "Contents", 12, bold=True)
    for number, section in enumerate(sections, 1):
        y += 20
        page.text(60, y, f"{number}  {section}", 10, colour=(0.1, 0.25, 0.6))
        page.right(547, y, f"R-{number + 1}", 10)
        page.link(56, y - 11, 495, 16, number)
        paper.outline.append((section, number))
    for number, section in enumerate(sections, 1):
        page = paper.page()
        y = _letterhead(page, facts, f"{number}  {section}")
        for text, amount in rng.sample(facts.lines, min(5, len(facts.lines))):
            page.text(48, y, text[:90], 9, bold=True)
            share = rng.randint(35, 100)
            page.box(48, y + 6, 300, 8, (0.88, 0.89, 0.9))
            page.box(48, y + 6, 3 * share, 8, _tint(facts))
            page.text(356, y + 13, f"{share} %", 8)
            page.right(547, y + 13, facts.money(amount), 8)
            y = page.paragraph(48, y + 30, 499, " ".join(rng.sample(_DIARY, 3)), 9) + 12
    return paper.to_bytes()


def inspection_checklist(facts: ClaimFacts) -> bytes:
    """An inspection and test plan with a table of checks."""
    paper, page, rng = _paper(facts, "Inspection and test plan")
    y = _letterhead(page, facts, "INSPECTION AND TEST PLAN")
    y = _job(page, facts, y)
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
    _signature(page, 60, y + 40, facts.contact)
    page.text(48, y + 60, f"{facts.contact}, for {facts.company}", 8.5)
    return paper.to_bytes()


def test_certificates(facts: ClaimFacts) -> bytes:
    """Laboratory certificates, one a page."""
    paper = Paper("noto", title="Test certificates", author="Materials laboratory")
    rng = random.Random(f"{facts.contract_number}/{facts.claim_number}/tests")  # noqa: S311
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
        _signature(page, 380, 460, f"Laboratory {number}")
        page.text(380, 480, "Approved signatory", 8.5)
    return paper.to_bytes()


def marked_up_plan(facts: ClaimFacts) -> bytes:
    """A floor plan in layers with the work of the month coloured in; lies on its side."""
    paper = Paper("plex", title="Marked-up plan", author=facts.company)
    rng = random.Random(f"{facts.contract_number}/{facts.claim_number}/plan")  # noqa: S311
    page = paper.page(A3_LANDSCAPE)
    page.layer("Grid", begins=True)
    for column in range(10):
        x = 90 + column * 95
        page.rule(x, 60, x, 690, 0.3, (0.55, 0.55, 0.6))
        page.text(x - 4, 52, "ABCDEFGHJK"[column], 12, bold=True)
    for row in range(7):
        y = 90 + row * 95
        page.rule(60, y, 980, y, 0.3, (0.55, 0.55, 0.6))
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
        page.rule(90 + column * 95, 90, 90 + column * 95, 280 + rng.randint(0, 90), 2.2)
        page.rule(90 + column * 95, 470, 90 + column * 95, 660, 2.2)
    page.rule(90, 375, 945, 375, 1.4)
    page.rule(90, 445, 945, 445, 1.4)
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


def executed_contract(facts: ClaimFacts) -> bytes:
    """The signed subcontract, as short as they never are."""
    paper, page, rng = _paper(facts, f"{facts.contract_number} executed")
    y = _letterhead(page, facts, "SUBCONTRACT")
    y = _job(page, facts, y)
    for number, (heading, text) in enumerate(_CLAUSES, 1):
        if y > 720:
            page, y = paper.page(), 60.0
        page.text(48, y, f"{number}  {heading}", 10, bold=True)
        y = page.paragraph(48, y + 15, 499, text, 9) + 12
    paper.outline.extend((heading, 0) for heading, _ in _CLAUSES)
    for x, name in ((60, facts.head_contractor), (320, facts.company)):
        _signature(page, x, y + 40, name + str(rng.random()))
        page.rule(x - 10, y + 46, x + 190, y + 46)
        page.text(x - 10, y + 58, f"For {name}", 8)
    return paper.to_bytes()


_CLAUSES = (
    ("The work", "The subcontractor carries out and completes the work of the schedule in accordance with the drawings, the specification and the directions of the head contractor."),
    ("The price", "The subcontract sum is the sum of the schedule of values. It changes only by a variation that the head contractor has approved in writing before the work is done."),
    ("Claims", "The subcontractor claims once in each month, for work up to the last day of that month, on the head contractor's claim form with the papers named in clause 5."),
    ("Retention", "The head contractor may retain the percentage stated in the particulars until the limit stated there is reached. Half is released at practical completion of the work, the balance at the end of the defects liability period."),
    ("Papers", "With each claim come a tax invoice, a subcontractor's statement for the period, delivery dockets, inspection records, and photographs of what can no longer be seen."),
    ("Insurance", "The subcontractor keeps workers compensation, public liability and, where it designs, professional indemnity insurance, and shows the certificates before they expire."),
    ("Time", "The work follows the programme. A party that becomes aware of a delay tells the other within five business days."),
    ("Disputes", "The project managers meet first, then the directors. Nothing here takes away a right under the security of payment legislation."),
)  # fmt: skip


def certificate_of_currency(facts: ClaimFacts) -> bytes:
    """An insurer's certificate."""
    paper = Paper("noto", title="Certificate of currency", author="Southmark Mutual Insurance")
    rng = random.Random(f"{facts.company}/insurance")  # noqa: S311
    page = paper.page()
    page.box(0, 0, 595, 70, (0.1, 0.22, 0.36))
    page.text(48, 44, "Southmark Mutual Insurance", 18, bold=True, colour=(1, 1, 1))
    page.text(48, 110, "CERTIFICATE OF CURRENCY", 14, bold=True)
    y = 140.0
    for label, value in (
        ("Insured", facts.company), ("ABN", facts.abn), ("Class", "Public and products liability"),
        ("Policy", f"PL {rng.randint(10_000_000, 99_999_999)}"), ("Limit", "$20,000,000 any one occurrence"),
        ("Period", f"4 pm {long_date(facts.start)} to 4 pm {long_date(facts.end)}"),
        ("Business", facts.trade), ("Interested party", facts.head_contractor),
    ):  # fmt: skip
        page.text(48, y, label, 9.5, bold=True)
        page.text(170, y, value, 9.5)
        y += 19
    page.paragraph(
        48,
        y + 20,
        499,
        "This certificate is a summary of the policy at the date of issue. It confers no rights on the holder and neither amends nor extends the cover.",
        9,
    )
    return paper.to_bytes()
