"""Rows of the permission matrix for the settings of accounts and projects (domain §2.2: Admin on Commitments)."""

from tests.arch.permission_world import ACCOUNT_ADMIN, NOT_TAKEN, PROJECT_ADMIN, Row

SETTINGS: dict[str, Row] = {
    "project-settings": (PROJECT_ADMIN, PROJECT_ADMIN),
    "period-schedule": (PROJECT_ADMIN, PROJECT_ADMIN),
    "project-claiming": (PROJECT_ADMIN, PROJECT_ADMIN),
    "project-notifications": (PROJECT_ADMIN, PROJECT_ADMIN),
    "distribution": (NOT_TAKEN, PROJECT_ADMIN),
    "distribution-removal": (NOT_TAKEN, PROJECT_ADMIN),
    "project-contracts": (PROJECT_ADMIN, PROJECT_ADMIN),
    "project-checks": (PROJECT_ADMIN, PROJECT_ADMIN),
    "project-papers": (PROJECT_ADMIN, PROJECT_ADMIN),
    "project-law": (PROJECT_ADMIN, PROJECT_ADMIN),
    "project-settings-history": (PROJECT_ADMIN, NOT_TAKEN),
    "account-settings": (ACCOUNT_ADMIN, ACCOUNT_ADMIN),
    "account-claiming": (ACCOUNT_ADMIN, ACCOUNT_ADMIN),
    "account-beginnings": (ACCOUNT_ADMIN, ACCOUNT_ADMIN),
    "project-fields": (PROJECT_ADMIN, PROJECT_ADMIN),
    "account-fields": (ACCOUNT_ADMIN, ACCOUNT_ADMIN),
    "claim-field-new": (ACCOUNT_ADMIN, ACCOUNT_ADMIN),
    "claim-field": (ACCOUNT_ADMIN, ACCOUNT_ADMIN),
    "claim-field-retirement": (NOT_TAKEN, ACCOUNT_ADMIN),
    "account-sign-in": (ACCOUNT_ADMIN, ACCOUNT_ADMIN),
    "account-company-sign-in": (NOT_TAKEN, ACCOUNT_ADMIN),
    "account-settings-history": (ACCOUNT_ADMIN, NOT_TAKEN),
}
