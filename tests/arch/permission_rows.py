"""What every address answers to every reader. A new address needs a row: name → (GET, POST)."""

from tests.arch.permission_rows_access import ACCESS
from tests.arch.permission_rows_claims import CLAIMS
from tests.arch.permission_rows_directory import DIRECTORY
from tests.arch.permission_rows_docusign import DOCUSIGN
from tests.arch.permission_rows_invites import INVITES
from tests.arch.permission_rows_messages import MESSAGES
from tests.arch.permission_rows_settings import SETTINGS
from tests.arch.permission_rows_sheets import SHEETS
from tests.arch.permission_rows_sign_in import SIGN_IN
from tests.arch.permission_world import (
    ACCOUNT_ADMIN,
    ANYBODY,
    COMMITMENTS_READER,
    COMPANY_ADMIN,
    COMPANY_READER,
    CONTRACT_ADMIN,
    CONTRACT_READER,
    DIRECTORY_READER,
    MEMBER,
    NOT_TAKEN,
    OWN_RUN,
    OWN_UPLOAD,
    PROJECT_ADMIN,
    SIGNED_IN,
    UPSTREAM_READER,
    Row,
)

# The contract has none yet: administrators find the page on which to ask for it, and nobody writes one.
BREAKDOWN_NOT_IN_USE = "s444344oo"

ROWS: dict[str, Row] = {
    # Whoever comes by
    "healthz": (ANYBODY, ANYBODY),
    **SIGN_IN,
    # Oneself
    "home": (SIGNED_IN, NOT_TAKEN),
    "my-contracts": (SIGNED_IN, NOT_TAKEN),
    "preferences": (SIGNED_IN, SIGNED_IN),
    "point-of-view": (NOT_TAKEN, SIGNED_IN),
    "grid-layout": (NOT_TAKEN, SIGNED_IN),
    "grid-columns": (SIGNED_IN, NOT_TAKEN),
    "runs": (SIGNED_IN, NOT_TAKEN),
    "runs-tray": (SIGNED_IN, NOT_TAKEN),
    "run": (OWN_RUN, NOT_TAKEN),
    "run-dismissal": (NOT_TAKEN, OWN_RUN),
    "run-cancellation": (NOT_TAKEN, OWN_RUN),
    # The account and its directory
    "project-new": (ACCOUNT_ADMIN, ACCOUNT_ADMIN),
    "companies": (DIRECTORY_READER, ACCOUNT_ADMIN),
    "company-new": (ACCOUNT_ADMIN, ACCOUNT_ADMIN),
    "company": (COMPANY_READER, NOT_TAKEN),
    "company-facts": (COMPANY_ADMIN, COMPANY_ADMIN),
    "person-new": (COMPANY_ADMIN, COMPANY_ADMIN),
    **DIRECTORY,
    # The project
    "project": (MEMBER, NOT_TAKEN),
    "periods": (MEMBER, PROJECT_ADMIN),
    "period-new": (PROJECT_ADMIN, PROJECT_ADMIN),
    "period": (MEMBER, PROJECT_ADMIN),
    "period-closure": (NOT_TAKEN, PROJECT_ADMIN),
    "period-opening": (NOT_TAKEN, PROJECT_ADMIN),
    "period-deletion": (NOT_TAKEN, PROJECT_ADMIN),
    "period-extensions": (NOT_TAKEN, PROJECT_ADMIN),
    "period-extension-removal": (NOT_TAKEN, PROJECT_ADMIN),
    # Contracts
    "commitments": (COMMITMENTS_READER, PROJECT_ADMIN),
    "commitment-new": (PROJECT_ADMIN, NOT_TAKEN),
    "head-contracts": (UPSTREAM_READER, PROJECT_ADMIN),
    "head-contract-new": (PROJECT_ADMIN, NOT_TAKEN),
    "contract": (CONTRACT_READER, NOT_TAKEN),
    "contract-edit": (CONTRACT_ADMIN, CONTRACT_ADMIN),
    "contract-status": (NOT_TAKEN, CONTRACT_ADMIN),
    "contract-settings": (CONTRACT_ADMIN, CONTRACT_ADMIN),
    "contract-history": (CONTRACT_ADMIN, NOT_TAKEN),
    "sov": (CONTRACT_READER, CONTRACT_ADMIN),
    "sov-edit": (CONTRACT_ADMIN, CONTRACT_ADMIN),
    "sov-headings": (CONTRACT_ADMIN, CONTRACT_ADMIN),
    "sov-import": (CONTRACT_ADMIN, CONTRACT_ADMIN),
    # Whoever uploaded it, an administrator here, and nobody else
    "sov-import-check": (OWN_UPLOAD, OWN_UPLOAD),
    "sub-sov": (BREAKDOWN_NOT_IN_USE, "s44434433"),
    "sub-sov-status": (NOT_TAKEN, "s444o44oo"),
    "sub-sov-use": (NOT_TAKEN, CONTRACT_ADMIN),
    "sub-sov-invite": (NOT_TAKEN, CONTRACT_ADMIN),
    "variations": (CONTRACT_READER, CONTRACT_ADMIN),
    "variation-new": (CONTRACT_ADMIN, CONTRACT_ADMIN),
    "variation": (CONTRACT_READER, NOT_TAKEN),
    "variation-edit": (CONTRACT_ADMIN, CONTRACT_ADMIN),
    "variation-deletion": (NOT_TAKEN, CONTRACT_ADMIN),
    "variation-status": (NOT_TAKEN, CONTRACT_ADMIN),
    "contract-people": (CONTRACT_READER, NOT_TAKEN),
    "contract-sending": (NOT_TAKEN, CONTRACT_ADMIN),
    "claim-contacts": (NOT_TAKEN, CONTRACT_ADMIN),
    "claim-contact-removal": (NOT_TAKEN, CONTRACT_ADMIN),
    "private-list": (NOT_TAKEN, CONTRACT_ADMIN),
    "private-list-removal": (NOT_TAKEN, CONTRACT_ADMIN),
    **ACCESS,
    **CLAIMS,
    **SHEETS,
    **MESSAGES,
    **SETTINGS,
    **DOCUSIGN,
    **INVITES,
}
