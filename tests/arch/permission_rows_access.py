"""Rows of the permission matrix for who may see and do what."""

from tests.arch.permission_world import ACCOUNT_ADMIN, CONTRACT_ADMIN, MEMBER, NOT_TAKEN, PROJECT_ADMIN, Row

PEOPLE_READER = "s44333ooo"
TEMPLATE_ADMIN = "s4444444o"

ACCESS: dict[str, Row] = {
    "project-people": (PEOPLE_READER, NOT_TAKEN),
    "member-new": (PROJECT_ADMIN, PROJECT_ADMIN),
    "member-access": (PROJECT_ADMIN, NOT_TAKEN),
    "member-levels": (PROJECT_ADMIN, PROJECT_ADMIN),
    "member-removal": (PROJECT_ADMIN, PROJECT_ADMIN),
    "my-access": (MEMBER, NOT_TAKEN),
    "account-access": (ACCOUNT_ADMIN, ACCOUNT_ADMIN),
    "templates": (ACCOUNT_ADMIN, NOT_TAKEN),
    "template-new": (ACCOUNT_ADMIN, ACCOUNT_ADMIN),
    "template": (TEMPLATE_ADMIN, TEMPLATE_ADMIN),
    "template-deletion": (NOT_TAKEN, TEMPLATE_ADMIN),
    "claim-contact-new": (CONTRACT_ADMIN, CONTRACT_ADMIN),
}
