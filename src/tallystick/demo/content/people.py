"""The head contractor's account, the people who can sign in, and a second account that must never see the first."""

from dataclasses import dataclass

PASSWORD = "tallystick-sample"  # noqa: S105 - printed at the first start; the sample is for looking around
"""The one password of all sample log-ins."""

ACCOUNT = "Tern & Harrow Construction Pty Ltd"
ACCOUNT_DOMAIN = "ternharrow.example"
PROJECT_NUMBER = "2417"
PROJECT_NAME = "Ropewalk Quarter"
PROJECT_ADDRESS = "12 Ropewalk Lane\nWickham NSW 2293"
CLIENT = "Ropewalk Quarter Developments Pty Ltd"

REQUIRED_PAPERS = (("Tax invoice", "Tax invoice "), ("Subcontractor’s statement", "Subcontractor statement "))
"""What every claim must bring, and how the names of such files begin."""

OTHER_ACCOUNT = "Bellfold Interiors Pty Ltd"
OTHER_DOMAIN = "bellfold.example"
OTHER_PROJECT_NUMBER = "B-108"
OTHER_PROJECT_NAME = "Library fit-out, Level 2"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at the head contractor. ``template`` names the permission template; empty: account administrator."""

    name: str
    mailbox: str
    job_title: str
    template: str
    role: str

    @property
    def email(self) -> str:
        return f"{self.mailbox}@{ACCOUNT_DOMAIN}"


CLAIMS_ADMINISTRATOR = "Claims administrator"
PROJECT_TEAM = "Project team"
READ_ONLY_TEAM = "Site team (read only)"
CLAIM_CONTACT = "Claim contact"

ADMINISTRATOR = Colleague(
    "Marian Oakes", "admin", "Commercial manager", "", "Account administrator: everything in the account"
)
CLAIMS = Colleague(
    "Tomas Aldous", "claims", "Contracts administrator", CLAIMS_ADMINISTRATOR,
    "Claims administrator: reviews claims, compiles backups",
)  # fmt: skip
STANDARD = Colleague(
    "Devi Raman", "projects", "Project manager", PROJECT_TEAM,
    "Project manager: Standard, sees every contract, reviews nothing",
)  # fmt: skip
READER = Colleague(
    "Grace Lindqvist", "engineer", "Project engineer", READ_ONLY_TEAM,
    "Project engineer: Read Only, sees a few subcontracts and what is not private",
)  # fmt: skip

COLLEAGUES = (ADMINISTRATOR, CLAIMS, STANDARD, READER)
OTHER_ADMINISTRATOR = ("Noel Harding", f"admin@{OTHER_DOMAIN}")
SIGNING_CONTACTS = {
    "SC-003": "Claim contact for formwork: sees that subcontract and nothing else",
    "SC-011": "Claim contact for electrical: sees that subcontract and nothing else",
}
"""Subcontracts whose claim contact has the sample password."""
