"""A believable month on a believable job, for the style guide only."""
# terms: allow-file claim, claims, progress claim, progress claims, subcontract, subcontractor, retention
# terms: allow-file specialty contractor, variation, variations, head contract, head contracts, head contractor

import json
from datetime import date
from typing import Any

from tallystick.core.errors import ALLOWED, refused

_COMMITMENTS = [
    (
        "SC-001",
        "Apex Concrete Pty Ltd",
        "Concrete supply and place",
        6,
        "under_review",
        48_212_550,
        None,
        2_410_628,
    ),
    (
        "SC-002",
        "Coastal Formwork (NSW) Pty Ltd",
        "Formwork",
        6,
        "approved",
        31_960_000,
        31_960_000,
        1_598_000,
    ),
    (
        "SC-003",
        "Meridian Steel Fabricators",
        "Structural steel and metalwork",
        5,
        "approved_as_noted",
        22_418_075,
        21_918_075,
        1_095_904,
    ),
    (
        "SC-004",
        "Southern Cross Electrical Contractors",
        "Electrical services",
        6,
        "under_review",
        18_704_040,
        None,
        935_202,
    ),
    (
        "SC-005",
        "Brightwater Plumbing",
        "Hydraulic services",
        6,
        "revise_and_resubmit",
        12_655_500,
        None,
        632_775,
    ),
    (
        "SC-006",
        "Northshore Mechanical Services",
        "Mechanical services",
        4,
        "pending_owner_approval",
        15_380_000,
        15_380_000,
        769_000,
    ),
    ("SC-007", "Keystone Glazing and Façades", "Glazing and façade", 3, "draft", 9_120_000, None, 456_000),
    (
        "SC-008",
        "Vertex Lifts Australia",
        "Vertical transport",
        2,
        "approved",
        27_500_000,
        27_500_000,
        1_375_000,
    ),
    ("SC-009", "Redgum Joinery", "Joinery", 2, "invited", None, None, None),
    ("SC-010", "Bass Strait Fire Protection", "Fire services", 4, "approved", 6_875_230, 6_875_230, 343_762),
    ("SC-011", "Tasman Roofing", "Roofing and cladding", 1, "no_contacts", None, None, None),
    ("SC-012", "Plumbline Tiling", "Floor and wall finishes", 1, "declined", None, None, None),
    ("SC-014", "Ironbark Civil", "Site works", 6, "approved", -1_250_000, -1_250_000, -62_500),
    ("PO-021", "Hebel & Sons Reinforcing", "Reinforcement supply", 5, "late", 4_420_860, None, 0),
]
_LABELS = {
    "draft": "Draft",
    "under_review": "Under Review",
    "revise_and_resubmit": "Revise & Resubmit",
    "approved": "Approved",
    "approved_as_noted": "Approved as Noted",
    "pending_owner_approval": "Pending Owner Approval",
    "invited": "Invited",
    "no_contacts": "No claim contacts",
    "declined": "Declined",
    "late": "Late",
}
_SIGNED = {"approved": ("Signed", "ok"), "approved_as_noted": ("Sent 12 Mar", "info")}
_BOOKED = {"SC-002": "Exported", "SC-008": "Exported", "SC-010": "Waiting"}
_CHANGED = [
    "2 h ago",
    "Yesterday",
    "14 Mar",
    "3 h ago",
    "Yesterday",
    "12 Mar",
    "9 Mar",
    "11 Mar",
    "1 Mar",
    "13 Mar",
    "1 Mar",
    "5 Mar",
    "10 Mar",
    "40 min ago",
]


def claim_rows() -> list[dict[str, Any]]:
    """The rows of the main list."""
    rows = []
    for index, (number, company, work, claim, state, claimed, certified, retention) in enumerate(
        _COMMITMENTS
    ):
        skip: dict[str, str] = {}
        if claimed is None:
            skip = {"compile": "without a claim", "sign": "without a claim", "status": "without a claim"}
        elif state not in _SIGNED and state != "pending_owner_approval":
            skip = {"sign": "not approved yet"}
        rows.append(
            {
                "id": index + 1,
                "number": claim,
                "contract": number,
                "company": company,
                "work": work,
                "state": state,
                "label": _LABELS[state],
                "claimed": claimed,
                "certified": certified,
                "retention": retention,
                "due": None if certified is None or retention is None else certified - retention,
                "signature": _SIGNED.get(state) if index % 3 else None,
                "accounting": _BOOKED.get(number),
                "papers": (index * 5) % 7 if claimed is not None else 0,
                "changed": _CHANGED[index],
                "waiting": state in {"under_review", "late"},
                "skip": json.dumps(skip),
            }
        )
    return rows


def totals(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Sums of what is shown."""
    return {
        name: sum(row[name] or 0 for row in rows)
        for name in ("claimed", "certified", "retention", "due", "papers")
    }


FIGURES = [
    {"label": "Claimed", "amount": 195_996_255, "note": "12 of 14 contracts"},
    {"label": "Assessed", "amount": 184_371_255, "note": "9 reviewed"},
    {"label": "Certified", "amount": 102_383_305, "note": "6 certified"},
    {"label": "Retention held", "amount": 186_420_118, "note": "to date, 4.9%"},
    {"label": "To pay", "amount": 97_264_139, "note": "by 15 Apr 2026", "strong": True},
]
FILTERS = [
    {"label": "All", "count": 14, "url": "?", "current": True},
    {"label": "Waiting for you", "count": 3, "url": "?waiting=1", "tone": "you", "icon": "dot"},
    {"label": "Invited", "count": 1, "url": "?state=invited", "icon": "mail"},
    {"label": "Draft", "count": 1, "url": "?state=draft", "icon": "circle"},
    {"label": "Under Review", "count": 2, "url": "?state=under_review", "tone": "info", "icon": "half"},
    {
        "label": "Revise & Resubmit",
        "count": 1,
        "url": "?state=revise_and_resubmit",
        "tone": "warn",
        "icon": "return",
    },
    {"label": "Approved", "count": 5, "url": "?state=approved", "tone": "ok", "icon": "check"},
    {"label": "Late", "count": 1, "url": "?state=late", "tone": "bad", "icon": "clock"},
    {"label": "Declined", "count": 0, "url": "?state=declined", "icon": "ban"},
]
PERIODS = [
    {"label": "March 2026", "note": "1–31 Mar, due 25 Mar, open", "url": "?", "current": True},
    {"label": "February 2026", "note": "1–28 Feb, closed", "url": "?period=5"},
    {"label": "January 2026", "note": "1–31 Jan, closed", "url": "?period=4"},
]
PERIOD = {"label": "March 2026", "note": "1–31 Mar 2026 · due 25 Mar · 9 days left"}
TABS = [
    {"label": "Subcontractor", "url": "?", "count": 14, "current": True},
    {"label": "Owner/Client", "url": "?tab=owner", "count": 1},
    {"label": "Billing periods", "url": "?tab=periods", "count": 12},
    {"label": "Backups", "url": "?tab=backups", "count": 3},
]
CLAIM_TABS = [
    {"label": "Grid", "url": "#grid", "current": True},
    {"label": "Summary", "url": "#summary"},
    {"label": "Papers", "url": "#papers", "count": 4},
    {"label": "Review", "url": "#review", "count": 2},
    {"label": "History", "url": "#history"},
]
NINE_LINES = [
    {"line": "1", "label": "Original contract sum", "amount": 482_000_000},
    {"line": "2", "label": "Net change by variations", "amount": 18_450_000},
    {"line": "3", "label": "Contract sum to date", "amount": 500_450_000, "kind": "total"},
    {"line": "4", "label": "Total completed and stored to date", "amount": 291_312_550},
    {"line": "5a", "label": "5% of completed work", "amount": 14_315_628, "kind": "sub"},
    {"line": "5b", "label": "5% of stored materials", "amount": 250_000, "kind": "sub"},
    {"line": "5", "label": "Total retention", "amount": 14_565_628},
    {"line": "6", "label": "Total earned less retention", "amount": 276_746_922, "kind": "total"},
    {"line": "7", "label": "Less previous certificates", "amount": 230_945_000},
    {"line": "8", "label": "Current payment due", "amount": 45_801_922, "kind": "due"},
    {"line": "9", "label": "Balance to finish, including retention", "amount": 223_703_078},
]
GRID = [
    {
        "item": "1.1",
        "what": "Preliminaries and site establishment",
        "scheduled": 32_000_000,
        "previous": 28_800_000,
        "this": 1_600_000,
        "stored": 0,
        "state": "approved",
    },
    {
        "item": "1.2",
        "what": "Piling caps and ground beams",
        "scheduled": 86_400_000,
        "previous": 86_400_000,
        "this": 0,
        "stored": 0,
        "state": "approved",
    },
    {
        "item": "1.3",
        "what": "Slab on ground",
        "scheduled": 54_250_000,
        "previous": 54_250_000,
        "this": 0,
        "stored": 0,
        "state": "approved",
    },
    {
        "item": "1.4",
        "what": "Suspended slabs, levels 1 to 4",
        "scheduled": 142_000_000,
        "previous": 63_900_000,
        "this": 35_500_000,
        "stored": 5_000_000,
        "state": "under_review",
    },
    {
        "item": "1.5",
        "what": "Suspended slabs, levels 5 to 8",
        "scheduled": 128_350_000,
        "previous": 0,
        "this": 0,
        "stored": 0,
        "state": "draft",
    },
    {
        "item": "1.6",
        "what": "Core walls and stairs",
        "scheduled": 39_000_000,
        "previous": 9_750_000,
        "this": 4_862_550,
        "stored": 0,
        "state": "revise_and_resubmit",
    },
    {
        "item": "V-003",
        "what": "Additional transfer beam, grid C4",
        "scheduled": 20_450_000,
        "previous": 0,
        "this": 2_500_000,
        "stored": 0,
        "state": "approved",
    },
    {
        "item": "V-004",
        "what": "Credit: omit planter upstands",
        "scheduled": -2_000_000,
        "previous": 0,
        "this": -1_250_000,
        "stored": 0,
        "state": "approved",
    },
]
for _line in GRID:
    _done = _line["previous"] + _line["this"] + _line["stored"]  # type: ignore[operator]
    _line["total"] = _done
    _line["percent"] = _done * 10_000 // _line["scheduled"]  # type: ignore[operator]
    _line["balance"] = _line["scheduled"] - _done  # type: ignore[operator]
FILES = [
    {
        "id": 1,
        "name": "Account 4471 Apex Concrete.pdf",
        "url": "#",
        "size": 184_220,
        "note": "2 pages",
        "note_tone": "ok",
        "icon": "file-text",
        "added": "Dana Whitlock, 14 Mar",
        "delete_url": "#",
        "can_delete": ALLOWED,
    },
    {
        "id": 2,
        "name": "Delivery dockets March.pdf",
        "url": "#",
        "size": 22_400_118,
        "note": "41 pages, repaired",
        "note_tone": "ok",
        "icon": "file-text",
        "added": "Dana Whitlock, 14 Mar",
        "delete_url": "#",
        "can_delete": refused("This claim is approved, so its papers stay. Reopen the claim to change them."),
    },
    {
        "id": 3,
        "name": "Level 4 pour, 11 March.jpg",
        "url": "#",
        "size": 3_981_004,
        "note": "1 page, from an image",
        "note_tone": "ok",
        "icon": "image",
        "added": "Dana Whitlock, 14 Mar",
        "delete_url": "#",
        "can_delete": ALLOWED,
    },
    {
        "id": 4,
        "name": "Statutory declaration (locked).pdf",
        "url": "#",
        "size": 96_410,
        "note": "Needs a password: listed and embedded, not merged",
        "note_tone": "warn",
        "icon": "lock",
        "added": "Dana Whitlock, 14 Mar",
        "delete_url": "#",
        "can_delete": ALLOWED,
    },
    {
        "id": 5,
        "name": "Quantities take-off.xlsx",
        "url": "#",
        "size": 48_922,
        "note": "Not a PDF: listed and embedded",
        "note_tone": "info",
        "icon": "sheet",
        "added": "Priya Raman, 15 Mar",
        "delete_url": "#",
        "can_delete": ALLOWED,
    },
]
STEPS = [
    {"label": "Invited", "note": "1 Mar 2026", "state": "done"},
    {"label": "Draft", "note": "9 Mar, Dana Whitlock", "state": "done"},
    {"label": "Under Review", "note": "since 14 Mar", "state": "now"},
    {"label": "Certified", "note": ""},
    {"label": "Signed", "note": ""},
    {"label": "Paid", "note": ""},
]
HISTORY = [
    {
        "who": "Priya Raman",
        "what": "sent line 1.6 back for revision",
        "said": "Core wall pour 7 is booked for April. Please claim 40% only.",
        "when": "16 Mar 2026, 9:12 am",
        "tone": "warn",
        "icon": "return",
    },
    {
        "who": "Dana Whitlock",
        "what": "submitted the claim",
        "when": "14 Mar 2026, 4:48 pm",
        "tone": "info",
        "icon": "send",
    },
    {"who": "Dana Whitlock", "what": "added 4 papers", "when": "14 Mar 2026, 4:31 pm", "icon": "paperclip"},
    {"who": "Dana Whitlock", "what": "accepted the invite", "when": "3 Mar 2026, 8:05 am", "icon": "check"},
]
FACTS = [
    {"label": "Contract", "value": "SC-001 Concrete supply and place", "url": "#"},
    {"label": "Company", "value": "Apex Concrete Pty Ltd", "url": "#"},
    {"label": "Period", "value": "1–31 Mar 2026"},
    {"label": "Claim contact", "value": "Dana Whitlock"},
    {"label": "Accounting", "value": "Not exported yet"},
]
NO_CONTACT = refused(
    "The subcontract has no claim contact. Add one under Advanced settings, then send it for signature."
)
BANNERS = [
    {
        "tone": "ok",
        "id": "run-41",
        "title": "41 progress claims are in one PDF.",
        "text": "1,204 pages, 412 MB. 2 papers could not be merged; they are listed on the contents page and embedded.",
        "actions": [
            {"label": "Download", "url": "#", "icon": "download"},
            {"label": "See past backups", "url": "#", "icon": ""},
        ],
        "details": [
            "SC-001 claim 6: Statutory declaration (locked).pdf needs a password.",
            "SC-009 claim 2: Quantities take-off.xlsx is not a PDF.",
        ],
        "summary": "Which papers",
        "dismiss_url": "#",
    },
]


def shell() -> dict[str, Any]:
    """What the context processor hands to every page."""
    return {
        "locale": "en-AU",
        "project": {"name": "Harbourline Apartments", "number": "2417", "url": "#"},
        "projects": [
            {"name": "Harbourline Apartments", "number": "2417", "url": "#", "current": True},
            {"name": "Ballarat Base Hospital, Stage 2", "number": "2409", "url": "#"},
            {"name": "Wharf Road Depot", "number": "2388", "url": "#"},
        ],
        "tools": [
            {"label": "Overview", "url": "#", "icon": "overview"},
            {"label": "Progress Claiming", "url": "#", "icon": "tally", "current": True, "count": 3},
            {"label": "Commitments", "url": "#", "icon": "contract"},
            {"label": "Head Contracts", "url": "#", "icon": "inbound"},
            {"label": "Billing Periods", "url": "#", "icon": "calendar"},
            {"label": "Directory", "url": "#", "icon": "people"},
            {"label": "Settings", "url": "#", "icon": "gear"},
        ],
        "runs_tray": {
            "url": "#",
            "running": 1,
            "waiting": 1,
            "items": [
                {
                    "title": "Compile progress claim backups",
                    "url": "#",
                    "text": "12 of 41 claims",
                    "percent": 31,
                    "running": True,
                },
                {
                    "title": "Progress claim backup, February",
                    "url": "#",
                    "text": "Ready, 388 MB",
                    "running": False,
                },
            ],
        },
        "user_name": "Priya Raman",
        "pov": {
            "label": "Head contractor's words",
            "url": "#",
            "choices": [
                {"label": "Head contractor", "value": "general_contractor", "current": True},
                {"label": "Owner", "value": "owner"},
                {"label": "Specialty contractor", "value": "specialty_contractor"},
            ],
        },
        "search_url": "#",
        "search_label": "Search claims",
        "sign_out_url": "#",
    }


CRUMBS = [
    {"label": "Harbourline Apartments", "url": "#"},
    {"label": "Progress Claiming", "url": "#"},
]
TODAY = date(2026, 3, 16)
