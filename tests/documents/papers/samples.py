"""Papers for tests and benchmarks: a concrete subcontract on an apartment building in Sydney."""

from dataclasses import replace
from datetime import date

from tallystick.documents.papers import (
    BackupClaim,
    BackupPaper,
    BackupWords,
    ClaimPaper,
    ClaimWords,
    Compared,
    ContentsPaper,
    Difference,
    Differences,
    DividerPaper,
    Group,
    LeftOut,
    Line,
    LineTotals,
    ListedPaper,
    Paid,
    Part,
    Party,
    Project,
    Retention,
    RetentionRow,
    Signature,
    Summary,
    VariationBox,
    VariationRow,
)

WORDS = ClaimWords(
    form="application and certificate for payment",
    sheet="continuation sheet",
    claim="progress claim",
    contract="subcontract",
    claimant="subcontractor",
    certifier="superintendent",
    variations="variations",
    retention="retention",
    stored_materials="stored materials",
    billing_period="billing period",
    tax="GST",
    business_number="ABN",
)
US_WORDS = replace(
    WORDS,
    claim="invoice",
    certifier="architect",
    variations="change orders",
    retention="retainage",
    tax="sales tax",
    business_number="EIN",
)
PROJECT = Project("2417", "Harbour Street Apartments", "88 Harbour Street, Haymarket NSW 2000")
_WORK = (
    ("Site establishment, surveys and set-out", 4_850_000),
    ("Bored piers to engineer’s schedule, including spoil removal to licensed facility", 38_640_000),
    ("Pile caps and ground beams, 40 MPa", 21_475_000),
    (
        "Basement 2 slab on ground, 200 thick, SL92 both faces, including vapour barrier and edge forms",
        30_212_500,
    ),
    ("Basement 1 suspended slab, post-tensioned", 47_380_000),
    (
        "Ground floor transfer slab, 900 thick; formwork, reinforcement, post-tensioning and finishing",
        88_125_000,
    ),
    ("Columns and walls, basement to level 3", 36_540_000),
    ("Level 1 slab", 29_960_000),
    ("Level 2 slab", 29_960_000),
    ("Level 3 slab", 29_960_000),
    ("Stair flights and landings, precast", 12_690_000),
    ("Lift shaft walls, jump form", 41_205_000),
    ("Curing, saw cuts and surface hardener", 3_315_000),
    ("Testing and certification", 1_850_000),
    ("Defects liability and as-built records", 2_500_000),
)


def line(number: int, description: str, scheduled: int, done_bp: int, this_bp: int, **more: object) -> Line:
    """A line whose progress is given in basis points of its value; retention is 5 %."""
    previous, this = scheduled * done_bp // 10_000, scheduled * this_bp // 10_000
    stored = int(str(more.pop("stored", 0)))
    total = previous + this + stored
    made = Line(
        item=f"{number:03d}",
        cost_code=f"03-{3000 + 10 * (number % 90)}",
        description=description,
        scheduled_value=scheduled,
        previous=previous,
        this_period=this,
        materials_stored=stored,
        total=total,
        percent_bp=total * 10_000 // scheduled if scheduled else None,
        balance=scheduled - total,
        retention_held=total * 5 // 100,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def totals(lines: tuple[Line, ...]) -> LineTotals:
    """The sums a stored calculation would hold."""

    def over(name: str) -> int:
        return sum(getattr(each, name) for each in lines)

    scheduled, total = over("scheduled_value"), over("total")
    return LineTotals(
        scheduled_value=scheduled,
        previous=over("previous"),
        this_period=over("this_period"),
        materials_stored=over("materials_stored"),
        total=total,
        percent_bp=total * 10_000 // scheduled if scheduled else None,
        balance=over("balance"),
        retention_held=over("retention_held"),
        retention_released=over("retention_released"),
    )


def group(title: str, lines: tuple[Line, ...]) -> Group:
    return Group(title, lines, totals(lines))


def contract_lines() -> tuple[Line, ...]:
    """The contract's own lines, the early ones finished, one assessed lower than claimed."""
    progress = (
        (10_000, 0),
        (10_000, 0),
        (9_000, 1_000),
        (6_000, 3_500),
        (4_000, 4_000),
        (0, 2_500),
        (1_500, 1_500),
    )
    made = []
    for number, (description, value) in enumerate(_WORK, 1):
        done, this = progress[number - 1] if number <= len(progress) else (0, 0)
        made.append(line(number, description, value, done, this))
    made[5] = replace(
        made[5],
        claimed=35_250_000,
    )
    made[11] = line(12, _WORK[11][0], _WORK[11][1], 0, 0, stored=6_150_000)
    return tuple(made)


def claim(groups: tuple[Group, ...] | None = None, **changes: object) -> ClaimPaper:
    """Claim 4 of Apex Concrete; any field can be changed."""
    if groups is None:
        groups = (
            group("SC-012 Concrete supply, place and finish", contract_lines()),
            group(
                "V-003 Additional bored piers to grid C, site instruction 41",
                (line(16, "Four piers 900 diameter to 14 m", 6_840_000, 5_000, 5_000),),
            ),
            group(
                "V-005 Omit coloured concrete to podium",
                (line(17, "Credit: oxide and sealer to podium paving", -2_150_000, 0, 10_000),),
            ),
        )
    every = tuple(each for part in groups for each in part.lines)
    sums = totals(every)
    original = sum(each.scheduled_value for each in groups[0].lines) if groups else 0
    net = sums.scheduled_value - original
    earned = sums.total - sums.retention_held
    previous = sums.previous - sums.previous * 5 // 100
    due = earned - previous
    tax = due // 10
    paper = ClaimPaper(
        words=WORDS,
        size="A4",
        locale="en-AU",
        currency="AUD",
        project=PROJECT,
        claimant=Party(
            "Apex Concrete Pty Ltd", "51 824 753 556", "14 Foundry Road\nSeven Hills NSW 2147",
            "Maria Kowalski, maria@apexconcrete.example",
        ),
        recipient=Party(
            "Meridian Constructions Pty Ltd", "83 914 571 673", "Level 9, 120 Sussex Street\nSydney NSW 2000"
        ),
        contract_number="SC-012",
        contract_title="Concrete supply, place and finish",
        contract_date=date(2025, 9, 15),
        claim_number=4,
        revision=0,
        reference="AC-10442",
        period_start=date(2026, 3, 1),
        period_end=date(2026, 3, 31),
        due_date=date(2026, 3, 25),
        billing_date=date(2026, 3, 24),
        status="Approved",
        is_certified=True,
        certified_on=date(2026, 4, 2),
        summary=Summary(
            original_sum=original,
            net_variations=net,
            sum_to_date=sums.scheduled_value,
            completed_to_date=sums.total,
            work_retention=sums.retention_held - sums.materials_stored * 5 // 100,
            materials_retention=sums.materials_stored * 5 // 100,
            total_retention=sums.retention_held,
            earned_less_retention=earned,
            previous_certificates=previous,
            payment_due=due,
            balance_to_finish=sums.scheduled_value - earned,
            work_retention_bp=500,
            materials_retention_bp=500,
            tax=tax,
            payment_due_with_tax=due + tax,
            tax_bp=1000,
        ),
        variations=VariationBox(
            additions_previous=6_840_000, additions_this=0, deductions_this=-2_150_000,
            additions=6_840_000, deductions=-2_150_000, net=4_690_000,
        ),
        claimed_this_period=sums.this_period + 13_218_750,
        certified_this_period=sums.this_period,
        groups=groups,
        totals=sums,
        claimant_signature=Signature(name="Maria Kowalski"),
        certifier_signature=Signature(name="Daniel Okafor", signed_on=date(2026, 4, 2)),
        attachments=(
            ListedPaper("Delivery dockets March 2026.pdf", "18 pages"),
            ListedPaper("Pour record level B1 zone A.pdf", "3 pages, repaired"),
            ListedPaper("IMG_2043.jpg", "1 page, made of an image"),
            ListedPaper("Quantities.xlsx", "embedded; not a PDF or an image"),
        ),
        footer="Payment terms: 25 business days after the claim. Meridian Constructions Pty Ltd, ABN 83 914 571 673",
    )  # fmt: skip
    return replace(paper, **changes)  # type: ignore[arg-type]


def long_claim(count: int, more: int = 0) -> ClaimPaper:
    """A claim of so many lines in one group, for measuring and for page breaks; ``more`` changes every amount."""
    lines = tuple(
        line(
            number,
            f"{_WORK[number % 15][0]}, stage {number}",
            1_000_000 + 137 * number + 7919 * more,
            3_000,
            2_500,
        )
        for number in range(1, count + 1)
    )
    return claim((group("SC-012 Concrete supply, place and finish", lines),))


REASON = "Reinforcement of zone C was not placed at the inspection on 18 March; claim it next month."


def differences(compared: Compared = "certified") -> Differences:
    """One line of claim 4 was cut; the others were accepted as claimed."""
    return Differences(
        compared,
        (
            Difference(
                "006", _WORK[5][0], 35_250_000, 22_031_250, 22_031_250, 22_031_250, -13_218_750, REASON
            ),
        ),
        Difference("", "Lines without a difference", 38_424_875, 38_424_875, 38_424_875, 38_424_875, 0),
        Difference("", "Total", 73_674_875, 60_456_125, 60_456_125, 60_456_125, -13_218_750),
    )


def full_claim(**changes: object) -> ClaimPaper:
    """Claim 4 with every table that a claim can have."""
    work = RetentionRow(5_374_905, 3_500_000, 250_000, 12_500, 8_637_405)
    materials = RetentionRow(320_000, 12_500, 12_500, -12_500, 307_500)
    return claim(
        **{
            "claim_type": "Work, materials and retention",
            "submitted_on": date(2026, 3, 24),
            "claimant_signature": Signature(name="Maria Kowalski", signed_on=date(2026, 3, 24)),
            "assessed_this_period": 60_456_125,
            "differences": differences(),
            "variation_rows": (
                VariationRow("V-003", "Additional bored piers to grid C, site instruction 41",
                             date(2026, 1, 14), 6_840_000, 3_420_000, 6_840_000),
                VariationRow("V-005", "Omit coloured concrete to podium", date(2026, 3, 2), -2_150_000, -2_150_000,
                             -2_150_000),
            ),
            "retention": Retention(
                work, materials, RetentionRow(5_694_905, 3_512_500, 262_500, 0, 8_944_905)
            ),
            "paid": Paid(69_603_402, 40_000_000, 29_603_402),
            "comment": "Cylinder results of zone B follow by 2 April.",
            **changes,
        }
    )  # fmt: skip


def broken_down_claim() -> ClaimPaper:
    """A claim on a schedule of which two lines were broken down."""
    lines = (
        line(1, _WORK[0][0], _WORK[0][1], 10_000, 0),
        *(
            replace(
                line(at, f"Pour {at - 1}, 40 MPa", 5_000_000 + 1_250 * at, 4_000, 2_000), item=f"2.{at - 1}"
            )
            for at in range(2, 5)
        ),
        *(
            replace(line(at, f"Level {at - 4} columns", 3_000_000, 2_500, 0), item=f"3.{at - 4}")
            for at in range(5, 8)
        ),
        line(8, _WORK[13][0], _WORK[13][1], 0, 0),
    )
    parts = (
        Part(1, 3, "2", "Pile caps and ground beams", totals(lines[1:4])),
        Part(4, 3, "3", "Columns and walls, basement to level 3", totals(lines[4:7])),
    )
    return claim((replace(group("SC-012 Concrete supply, place and finish", lines), parts=parts),))


def unit_price_claim() -> ClaimPaper:
    """A contract by unit price, with release of retention."""
    rows = (
        ("Excavate in other than rock", "m³", 42_500_000, 385_000, 12_000_000, 8_250_000),
        ("Excavate in rock, by hammer", "m³", 3_800_000, 2_140_000, 0, 1_265_000),
        ("Trim and compact subgrade to 98 % SMDD", "m²", 96_000_000, 42_500, 31_000_000, 30_000_000),
        ("Subsoil drain, 100 slotted, with sock", "m", 12_800_000, 687_500, 0, 0),
    )
    lines = []
    for number, (description, unit, quantity, price, before, this) in enumerate(rows, 1):
        scheduled = quantity * price // 1_000_000
        made = line(number, description, scheduled, 10_000 * before // quantity, 10_000 * this // quantity)
        lines.append(
            replace(
                made, unit=unit, quantity=quantity, unit_price=price, quantity_previous=before, quantity_this=this,
                quantity_total=before + this, retention_released=made.retention_held // 2,
            )
        )  # fmt: skip
    return claim((group("SC-007 Bulk excavation", tuple(lines)),))


def contents(**changes: object) -> ContentsPaper:
    """A backup of three claims, one of them with a paper that could not be merged."""
    claims = (
        BackupClaim(
            "c1", "Apex Concrete Pty Ltd", "SC-012 Concrete supply, place and finish", "Progress claim 4",
            "Approved", "1–31 Mar 2026", 68_244_937, "AUD", 3,
            (
                BackupPaper("c1p0", "Progress claim 4.pdf", 3, 3, "signed version"),
                BackupPaper("c1p1", "Delivery dockets March 2026.pdf", 18, 6),
                BackupPaper("c1p2", "Pour record level B1 zone A.pdf", 3, 24, "repaired"),
                BackupPaper("c1p3", "IMG_2043.jpg", 1, 27, "made of an image"),
                BackupPaper("c1p4", "Quantities.xlsx", 1, 28, "not merged, embedded"),
            ),
        ),
        BackupClaim(
            "c2", "Bluegum Electrical Services Pty Ltd", "SC-021 Electrical and communications", "Progress claim 2",
            "Approved as Noted", "1–31 Mar 2026", 21_480_000, "AUD", 29,
            (
                BackupPaper("c2p0", "Progress claim 2.pdf", 4, 29),
                BackupPaper("c2p1", "Statutory declaration (signed).pdf", 2, 33, "signed; original embedded"),
            ),
        ),
        BackupClaim(
            "c3", "شركة البناء المتحدة", "SC-033 Stone supply", "Progress claim 1, revision 1",
            "Under Review", "1–31 Mar 2026", None, "AUD", 35,
            (
                BackupPaper("c3p0", "Progress claim 1.pdf", 3, 35),
                BackupPaper("c3p1", "石材出荷証明書_2026-03.pdf", 5, 38),
                BackupPaper("c3p2", "Scan_0001_0002_0003_final_FINAL(2)_reviewed_by_site_manager_and_engineer.pdf", 1,
                            43, "password needed"),
            ),
        ),
    )  # fmt: skip
    paper = ContentsPaper(
        words=BackupWords(
            backup="progress claim backup", claim="progress claim", claims="progress claims",
            billing_period="billing period", billing_periods="billing periods",
        ),
        size="A4",
        locale="en-AU",
        project=PROJECT,
        compiled_by="Daniel Okafor, Meridian Constructions Pty Ltd",
        compiled_at="2 Apr 2026, 4:12 pm AEDT",
        periods=("1–31 Mar 2026",),
        claims=claims,
        left_out=(
            LeftOut("c1p4", "Quantities.xlsx", "Apex Concrete Pty Ltd, SC-012, progress claim 4",
                    "A spreadsheet can’t become pages without losing something.", 28),
            LeftOut("c3p2", "Scan_0001_0002_0003_final_FINAL(2)_reviewed_by_site_manager_and_engineer.pdf",
                    "شركة البناء المتحدة, SC-033, progress claim 1", "The PDF asks for a password.", 43),
        ),
        page_count=43,
        paper_count=10,
        manifest_sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )  # fmt: skip
    return replace(paper, **changes)  # type: ignore[arg-type]


def divider(**changes: object) -> DividerPaper:
    """The page in place of a PDF with a password."""
    paper = DividerPaper(
        size="A4",
        locale="en-AU",
        file_name="Delivery dockets March 2026 (Hanson).pdf",
        file_size="3.4 MB",
        belongs_to="Apex Concrete Pty Ltd, SC-012 Concrete supply, place and finish, progress claim 4",
        reason="The PDF asks for a password, so its pages can’t be read.",
        what_to_do="Ask Apex Concrete for the password or for a copy without one, put that on the claim, and compile "
        "the backup again.",
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )
    return replace(paper, **changes)  # type: ignore[arg-type]
