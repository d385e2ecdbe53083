"""Papers of the office: tax invoice, subcontractor's statement, subcontract, certificate of insurance."""

from tallystick.demo.papers.dice import seeded
from tallystick.demo.papers.facts import ClaimFacts, long_date, short_date
from tallystick.demo.papers.letterhead import begun, job, letterhead, sign
from tallystick.demo.papers.sheet import Paper


def tax_invoice(facts: ClaimFacts) -> bytes:
    """The claimant's own tax invoice over what the claim asks for."""
    paper, page, _ = begun(facts, "Tax invoice")
    y = letterhead(page, facts, "TAX INVOICE")
    page.right(547, y, f"Invoice {facts.reference}", 9, bold=True)
    page.right(547, y + 13, f"Date {short_date(facts.end)}", 9)
    y = job(page, facts, y)
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
        "This is a payment claim under the Building and Construction Industry Security of Payment Act "
        "1999 (NSW).",
        8,
    )
    return paper.to_bytes()


def subcontractor_statement(facts: ClaimFacts) -> bytes:
    """The declaration that workers have been paid, with its fields filled in; every one has the same field names."""
    paper, page, _ = begun(facts, "Subcontractor's statement")
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
    sign(page, 120, y + 24, facts.contact)
    page.text(48, y + 46, f"Full name: {facts.contact}", 9)
    page.text(330, y + 46, f"Date: {short_date(facts.end)}", 9)
    return paper.to_bytes()


_STATEMENTS = (
    "The subcontractor has either given the principal contractor any previous statements required, or "
    "no earlier"
    "statement was required for this contract.",
    "All workers compensation insurance premiums payable by the subcontractor in respect of the work "
    "done under the"
    "contract have been paid. A certificate of currency is attached or was given before.",
    "All remuneration payable to relevant employees for work under the contract for the above period "
    "has been paid.",
    "Where the subcontractor is required to be registered as an employer for payroll tax, it has paid "
    "all payroll tax"
    "due in respect of employees who performed work under the contract.",
    "Where the subcontractor is also a principal contractor in connection with the work, it has in "
    "its capacity of"
    "principal contractor been given a written statement by its own subcontractors.",
)


def executed_contract(facts: ClaimFacts) -> bytes:
    """The signed subcontract, as short as they never are."""
    paper, page, rng = begun(facts, f"{facts.contract_number} executed")
    y = letterhead(page, facts, "SUBCONTRACT")
    y = job(page, facts, y)
    for number, (heading, text) in enumerate(_CLAUSES, 1):
        if y > 720:
            page, y = paper.page(), 60.0
        page.text(48, y, f"{number}  {heading}", 10, bold=True)
        y = page.paragraph(48, y + 15, 499, text, 9) + 12
    paper.outline.extend((heading, 0) for heading, _ in _CLAUSES)
    for x, name in ((60, facts.head_contractor), (320, facts.company)):
        sign(page, x, y + 40, name + str(rng.random()))
        page.rule(x - 10, y + 46, x + 190, y + 46)
        page.text(x - 10, y + 58, f"For {name}", 8)
    return paper.to_bytes()


_CLAUSES = (
    (
        "The work",
        "The subcontractor carries out and completes the work of the schedule in accordance with the "
        "drawings, the specification and the directions of the head contractor.",
    ),
    (
        "The price",
        "The subcontract sum is the sum of the schedule of values. It changes only by a variation "
        "that the head contractor has approved in writing before the work is done.",
    ),
    (
        "Claims",
        "The subcontractor claims once in each month, for work up to the last day of that month, on "
        "the head contractor's claim form with the papers named in clause 5.",
    ),
    (
        "Retention",
        "The head contractor may retain the percentage stated in the particulars until the limit "
        "stated there is reached. Half is released at practical completion of the work, the balance "
        "at the end of the defects liability period.",
    ),
    (
        "Papers",
        "With each claim come a tax invoice, a subcontractor's statement for the period, delivery "
        "dockets, inspection records, and photographs of what can no longer be seen.",
    ),
    (
        "Insurance",
        "The subcontractor keeps workers compensation, public liability and, where it designs, "
        "professional indemnity insurance, and shows the certificates before they expire.",
    ),
    (
        "Time",
        "The work follows the programme. A party that becomes aware of a delay tells the other within "
        "five business days.",
    ),
    (
        "Disputes",
        "The project managers meet first, then the directors. Nothing here takes away a right under "
        "the security of payment legislation.",
    ),
)


INSURER = "Southmark Mutual Insurance"


def policy_number(company: str) -> str:
    """The number of a company's public liability policy; a renewal keeps it."""
    return f"PL {seeded(f'{company}/insurance').randint(10_000_000, 99_999_999)}"


def certificate_of_currency(facts: ClaimFacts) -> bytes:
    """An insurer's certificate of public liability."""
    paper = Paper("noto", title="Certificate of currency", author=INSURER)
    page = paper.page()
    page.box(0, 0, 595, 70, (0.1, 0.22, 0.36))
    page.text(48, 44, INSURER, 18, bold=True, colour=(1, 1, 1))
    page.text(48, 110, "CERTIFICATE OF CURRENCY", 14, bold=True)
    y = 140.0
    for label, value in (
        ("Insured", facts.company),
        ("ABN", facts.abn),
        ("Class", "Public and products liability"),
        ("Policy", policy_number(facts.company)),
        ("Limit", "$20,000,000 any one occurrence"),
        ("Period", f"4 pm {long_date(facts.start)} to 4 pm {long_date(facts.end)}"),
        ("Business", facts.trade),
        ("Interested party", facts.head_contractor),
    ):
        page.text(48, y, label, 9.5, bold=True)
        page.text(170, y, value, 9.5)
        y += 19
    page.paragraph(
        48,
        y + 20,
        499,
        "This certificate is a summary of the policy at the date of issue. It confers no rights on "
        "the holder and neither amends nor extends the cover.",
        9,
    )
    return paper.to_bytes()
