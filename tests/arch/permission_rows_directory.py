"""Rows of people and insurance: what a directory's readers look up, and only the account's administrators write."""

from tests.arch.permission_world import (
    COMPANY_ADMIN,
    COMPANY_READER,
    DIRECTORY_READER,
    NOT_TAKEN,
    Row,
)

DIRECTORY: dict[str, Row] = {
    "company-history": (COMPANY_ADMIN, NOT_TAKEN),
    "company-default-contact": (NOT_TAKEN, COMPANY_ADMIN),
    "directory-people": (DIRECTORY_READER, NOT_TAKEN),
    "person": (COMPANY_READER, NOT_TAKEN),
    "person-facts": (COMPANY_ADMIN, COMPANY_ADMIN),
    "person-company": (COMPANY_ADMIN, COMPANY_ADMIN),
    "person-deactivation": (COMPANY_ADMIN, COMPANY_ADMIN),
    "person-sessions-ending": (NOT_TAKEN, COMPANY_ADMIN),
    "person-reactivation": (NOT_TAKEN, COMPANY_ADMIN),
    "insurances": (DIRECTORY_READER, NOT_TAKEN),
    "insurance-new": (COMPANY_ADMIN, COMPANY_ADMIN),
    "insurance": (COMPANY_ADMIN, COMPANY_ADMIN),
    "insurance-removal": (NOT_TAKEN, COMPANY_ADMIN),
}
