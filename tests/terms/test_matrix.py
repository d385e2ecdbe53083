"""The tables of domain §1 and R-TERMS-4, cell by cell, for every point of view in every regional English."""

import pytest

from tallystick.terms import PointOfView, catalogue, dictionary, locale_choices

GC, OWNER, SPECIALTY = PointOfView
VIEWS = (GC, OWNER, SPECIALTY)
LOCALES = ("en-AU", "en-NZ", "en-GB", "en-US", "en-CA")
COMMONWEALTH = ("en-AU", "en-NZ", "en-GB")
ANTIPODES = ("en-AU", "en-NZ")
AMERICA = ("en-US", "en-CA")
EVERY = [(view, locale) for view in VIEWS for locale in LOCALES]


def titles(concept: str, locale: str, *, plural: bool = False) -> tuple[str, ...]:
    return tuple(dictionary(view, locale).title(concept, plural=plural) for view in VIEWS)


# ---- R-TERMS-4: head contractor · owner · specialty contractor -----------------------------------------------


@pytest.mark.parametrize("locale", ANTIPODES)
@pytest.mark.parametrize(
    ("concept", "expected"),
    [
        ("claims_tool", ("Progress Claiming", "Progress Claiming", "Progress Billings")),
        ("upstream_tab", ("Owner-developer", "Funding", "Owner-developer")),
        ("client", ("Owner/Client", "Owner/Client", "HC/Client")),
        ("upstream_variation", ("Head Contract Variation", "Funding Variation", "Client Contract Variation")),
        ("upstream_tool", ("Head Contracts", "Funding", "Client Contracts")),
        ("revenue", ("Revenue", "Funding", "Revenue")),
        ("subcontract", ("Subcontract", "Contract", "Subcontract")),
        ("subcontractor", ("Subcontractor", "Contractor", "Subcontractor")),
        (
            "ssov",
            (
                "Subcontractor Schedule of Values",
                "Contractor Schedule of Values",
                "Subcontractor Schedule of Values",
            ),
        ),
    ],
)
def test_the_pairs_of_the_requirements(locale: str, concept: str, expected: tuple[str, ...]) -> None:
    assert titles(concept, locale) == expected


# ---- Domain §1.1: American points of view --------------------------------------------------------------------


@pytest.mark.parametrize("locale", AMERICA)
@pytest.mark.parametrize(
    ("concept", "expected"),
    [
        ("claims_tool", ("Invoicing", "Invoicing", "Progress Billings")),
        ("upstream_tab", ("Owner", "Funding", "Owner")),
        ("client", ("Owner/Client", "Owner/Client", "GC/Client")),
        ("upstream_tool", ("Prime Contracts", "Funding", "Client Contracts")),
        (
            "upstream_variation",
            ("Prime Contract Change Order", "Funding Change Order", "Client Contract Change Order"),
        ),
        ("revenue", ("Revenue", "Funding", "Revenue")),
        ("subcontract", ("Subcontract", "Contract", "Subcontract")),
        ("subcontractor", ("Subcontractor", "Contractor", "Subcontractor")),
        ("downstream_tab", ("Subcontractor", "Contractor", "Subcontractor")),
        ("claim_contact", ("Invoice Contact", "Invoice Contact", "Progress Billing Contact")),
        ("upstream_claim", ("Owner Invoice", "Funding Invoice", "GC/Client Invoice")),
    ],
)
def test_the_american_points_of_view(locale: str, concept: str, expected: tuple[str, ...]) -> None:
    assert titles(concept, locale) == expected


@pytest.mark.parametrize(
    ("concept", "expected"),
    [
        ("claims_tool", ("Payment Applications", "Payment Applications", "Progress Billings")),
        ("upstream_tab", ("Owner", "Funding", "Owner")),
        ("client", ("Owner/Client", "Owner/Client", "MC/Client")),
        ("upstream_tool", ("Main Contracts", "Funding", "Client Contracts")),
        ("upstream_variation", ("Main Contract Variation", "Funding Variation", "Client Contract Variation")),
        (
            "upstream_claim",
            (
                "Main Contract Payment Application",
                "Funding Payment Application",
                "MC/Client Payment Application",
            ),
        ),
        (
            "ssov",
            (
                "Subcontractor Bill of Quantities",
                "Contractor Bill of Quantities",
                "Subcontractor Bill of Quantities",
            ),
        ),
    ],
)
def test_the_british_points_of_view(concept: str, expected: tuple[str, ...]) -> None:
    assert titles(concept, "en-GB") == expected


@pytest.mark.parametrize("locale", LOCALES)
def test_the_number_s_column_follows_the_claim_s_name(locale: str) -> None:
    region = dictionary(GC, locale).title("claim")

    assert [dictionary(view, locale).short("claim_number") for view in VIEWS] == [
        f"{region} #",
        f"{region} #",
        "Progress Billing #",
    ]


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en-AU", ("SSOV", "CSOV", "SSOV")),
        ("en-NZ", ("SSOV", "CSOV", "SSOV")),
        ("en-US", ("SSOV", "CSOV", "SSOV")),
        ("en-CA", ("SSOV", "CSOV", "SSOV")),
        ("en-GB", ("SBOQ", "CBOQ", "SBOQ")),
    ],
)
def test_the_subcontractor_s_schedule_is_abbreviated(locale: str, expected: tuple[str, ...]) -> None:
    assert tuple(dictionary(view, locale).short("ssov") for view in VIEWS) == expected


# ---- Domain §1.2: regions -----------------------------------------------------------------------------------

REGIONS = {
    "claim": ("progress claim", "invoice", "payment application"),
    "downstream_claim": (
        "subcontractor progress claim",
        "subcontractor invoice",
        "subcontractor payment application",
    ),
    "upstream_claim": (
        "head contract progress claim",
        "owner invoice",
        "main contract payment application",
    ),
    "general_contractor": ("head contractor", "general contractor", "main contractor"),
    "specialty_contractor": ("speciality contractor", "specialty contractor", "speciality contractor"),
    "owner": ("owner", "owner", "owner"),
    "head_contract": ("head contract", "prime contract", "main contract"),
    "variation": ("variation", "change order", "variation"),
    "downstream_variation": ("commitment variation", "commitment change order", "commitment variation"),
    "upstream_variation": (
        "head contract variation",
        "prime contract change order",
        "main contract variation",
    ),
    "retention": ("retention", "retainage", "retention"),
    "sov": ("schedule of values", "schedule of values", "bill of quantities"),
    "claim_contact": ("progress claim contact", "invoice contact", "payment application contact"),
    "claim_admin": (
        "progress claim administrator",
        "invoice administrator",
        "payment application administrator",
    ),
    "site": ("worksite", "job site", "worksite"),
    "checkbox": ("checkbox", "checkbox", "tickbox"),
    "tax": ("GST", "sales tax", "VAT"),
    "tender_board": ("Tender Board", "Bid Board", "Tender Board"),
}


@pytest.mark.parametrize("concept", REGIONS)
def test_the_regions_of_the_general_contractor(concept: str) -> None:
    australian, american, british = REGIONS[concept]

    said = {locale: dictionary(GC, locale)(concept) for locale in LOCALES}

    assert said == {
        "en-AU": australian,
        "en-NZ": australian,
        "en-US": american,
        "en-CA": american,
        "en-GB": british,
    }


@pytest.mark.parametrize(
    ("concept", "shorts"),
    [
        ("general_contractor", ("HC", "GC", "MC")),
        ("sov", ("SOV", "SOV", "BOQ")),
        ("ssov", ("SSOV", "SSOV", "SBOQ")),
        ("downstream_variation", ("CV", "CCO", "CV")),
        ("upstream_variation", ("HCV", "PCCO", "MCV")),
        ("claim", ("claim", "invoice", "application")),
        ("purchase_order", ("PO", "PO", "PO")),
        ("commitment", ("commitment", "commitment", "commitment")),
    ],
)
def test_abbreviations_by_region(concept: str, shorts: tuple[str, str, str]) -> None:
    assert tuple(dictionary(GC, locale).short(concept) for locale in ("en-AU", "en-US", "en-GB")) == shorts


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            "en-AU",
            ("labour", "cheque", "organise", "authorise", "state", "postcode", "ABN", "tick", "mobile"),
        ),
        (
            "en-NZ",
            ("labour", "cheque", "organise", "authorise", "region", "postcode", "NZBN", "tick", "mobile"),
        ),
        (
            "en-GB",
            (
                "labour",
                "cheque",
                "organise",
                "authorise",
                "county",
                "postcode",
                "company number",
                "tick",
                "mobile",
            ),
        ),
        (
            "en-US",
            ("labor", "check", "organize", "authorize", "state", "ZIP code", "EIN", "check", "cell phone"),
        ),
        (
            "en-CA",
            (
                "labour",
                "cheque",
                "organize",
                "authorize",
                "province",
                "postal code",
                "business number",
                "check",
                "cell phone",
            ),
        ),
    ],
)
def test_spelling_by_region(locale: str, words: tuple[str, ...]) -> None:
    d = dictionary(GC, locale)
    concepts = (
        ["labour", "cheque", "organise", "authorise", "region", "postcode", "business_number", "tick", "mobile"]
    )  # fmt: skip

    assert tuple(d(concept) for concept in concepts) == words


# ---- The main button and the name of its file -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "locale", "label", "file_name"),
    [
        (GC, "en-AU", "Compile progress claim backups", "Progress claim backup - Wharf.pdf"),
        (OWNER, "en-AU", "Compile progress claim backups", "Progress claim backup - Wharf.pdf"),
        (SPECIALTY, "en-AU", "Compile progress billing backups", "Progress billing backup - Wharf.pdf"),
        (GC, "en-US", "Compile invoice backups", "Invoice backup - Wharf.pdf"),
        (SPECIALTY, "en-US", "Compile progress billing backups", "Progress billing backup - Wharf.pdf"),
        (GC, "en-GB", "Compile payment application backups", "Payment application backup - Wharf.pdf"),
        (GC, "en-CA", "Compile invoice backups", "Invoice backup - Wharf.pdf"),
        (GC, "en-NZ", "Compile progress claim backups", "Progress claim backup - Wharf.pdf"),
    ],
)
def test_the_main_button_is_named_by_the_terminology_in_force(
    view: PointOfView, locale: str, label: str, file_name: str
) -> None:
    d = dictionary(view, locale)

    assert d.text("Compile {claim_backups}") == label
    assert d.text("{Claim_backup} - {project}.pdf", project="Wharf") == file_name


# ---- All of the matrix --------------------------------------------------------------------------------------


def test_there_are_five_locales() -> None:
    assert sorted(code for code, _ in locale_choices()) == sorted(LOCALES)


@pytest.mark.parametrize(("view", "locale"), EVERY)
def test_every_concept_has_every_form_everywhere(view: PointOfView, locale: str) -> None:
    d = dictionary(view, locale)
    assert set(d) == set(catalogue().concepts)

    for key, concept in catalogue().concepts.items():
        if concept.kind == "verb":
            forms = [d.verb(key), d.verb(key, "s"), d.verb(key, "past"), d.verb(key, "ing")]
        else:
            forms = [d(key), d.a(key), d.title(key), d.cap(key), d.short(key)]
        if concept.kind in ("noun", "mass"):
            forms += [d.plural(key), d.title(key, plural=True), d.short(key, plural=True)]
        assert all(form and form == form.strip() and "{" not in form for form in forms), key
        if concept.kind == "noun":
            assert d.a(key).split(" ", 1)[0] in ("a", "an"), key
            assert d.plural(key) != d(key), key


@pytest.mark.parametrize("locale", LOCALES)
def test_terms_of_law_are_the_same_from_every_point_of_view(locale: str) -> None:
    for key, concept in catalogue().concepts.items():
        if concept.statutory:
            assert len({dictionary(view, locale)(key) for view in VIEWS}) == 1, key


@pytest.mark.parametrize(("view", "locale"), EVERY)
def test_the_payment_schedule_of_the_acts_is_never_translated(view: PointOfView, locale: str) -> None:
    d = dictionary(view, locale)

    assert d("payment_schedule") == "payment schedule"
    assert d("payment_claim") == "payment claim"
    assert d("pay_less_notice") == "pay less notice"
    assert d("holdback") == "holdback"


@pytest.mark.parametrize(
    ("locale", "reply"),
    [
        ("en-AU", "payment schedule"),
        ("en-NZ", "payment schedule"),
        ("en-GB", "payment notice"),
        ("en-CA", "notice of non-payment"),
        ("en-US", "withholding notice"),
    ],
)
def test_a_region_s_own_name_in_law_for_the_reply(locale: str, reply: str) -> None:
    assert dictionary(GC, locale)("statutory_response") == reply


@pytest.mark.parametrize(("view", "locale"), EVERY)
def test_words_of_one_dictionary_never_mix_with_another_region_s(view: PointOfView, locale: str) -> None:
    d = dictionary(view, locale)
    foreign = {
        "en-AU": ("invoice", "change order", "retainage", "prime", "main contract", "quantities", "labor"),
        "en-NZ": ("invoice", "change order", "retainage", "prime", "main contract", "quantities", "labor"),
        "en-GB": ("invoice", "change order", "retainage", "prime", "head contract", "progress claim"),
        "en-US": ("progress claim", "variation", "retention", "head contract", "main contract", "labour"),
        "en-CA": ("progress claim", "variation", "retention", "head contract", "main contract"),
    }[locale]
    own_by_nature = {"tax_invoice"}

    for key, concept in catalogue().concepts.items():
        if concept.statutory or key in own_by_nature or concept.kind == "verb":
            continue
        for word in (d(key).lower(), d.title(key).lower(), d.short(key).lower()):
            for stranger in foreign:
                # "labour" holds "labor" in other spelling; whole words only.
                assert f" {stranger} " not in f" {word} ".replace("/", " "), (key, word)
