"""The settings of a project and of an account: their sections, and what every page of them is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tallystick.access.policies import can_manage_account
from tallystick.directory.models import Account, Project
from tallystick.terms import text
from tallystick.web.request import PageRequest


@dataclass(frozen=True, slots=True)
class Section:
    """A page of settings. ``label`` is a sentence of the dictionary, ``name`` that of its address."""

    name: str
    label: str


PROJECT_SECTIONS = (
    Section("project-settings", "General and words"),
    Section("period-schedule", "{Billing_periods}"),
    Section("project-claiming", "{Claims}"),
    Section("project-fields", "Fields of {claims}"),
    Section("project-notifications", "E-mails"),
    Section("project-contracts", "New {commitments}"),
    Section("project-checks", "Checks and required papers"),
    Section("project-papers", "Papers"),
    Section("project-signing", "Signatures"),
    Section("project-law", "Payment law"),
    Section("project-settings-history", "History"),
)
_BEGIN = frozenset(
    {"period-schedule", "project-claiming", "project-notifications", "project-contracts", "project-papers"}
)
"""Sections with something that the account's new projects begin with."""
ACCOUNT_SECTIONS = (
    Section("account-settings", "General and words"),
    Section("account-claiming", "{Claims}"),
    Section("account-fields", "Fields of {claims}"),
    Section("account-beginnings", "New projects"),
    Section("account-sign-in", "Signing in"),
    Section("account-seal", "Seal"),
    Section("docusign", "DocuSign"),
    Section("account-settings-history", "History"),
)


def project_page(request: PageRequest, project: Project, name: str) -> dict[str, Any]:
    """Title, crumbs and sections of a project's page; ``account_url`` where the reader may change the account's."""
    manages = bool(can_manage_account(request.actor, project.account))
    return {
        "project": project,
        "account": project.account,
        "of": f"{project.number} {project.name}",
        "account_url": reverse("account-claiming", args=[project.account_id]) if manages else "",
        "beginnings_url": (
            reverse("account-beginnings", args=[project.account_id]) if manages and name in _BEGIN else ""
        ),
        **_page(PROJECT_SECTIONS, name, project.pk),
        "crumbs": [
            {"label": project.name, "url": reverse("project", args=[project.pk])},
            {"label": "Settings", "url": reverse("project-settings", args=[project.pk])},
            {"label": label_of_section(name), "url": ""},
        ],
    }


def account_page(account: Account, name: str) -> dict[str, Any]:
    """The same for a page of the account's settings."""
    return {
        "account": account,
        "of": account.name,
        **_page(ACCOUNT_SECTIONS, name, account.pk),
        "crumbs": [
            {"label": account.name, "url": ""},
            {"label": "Settings", "url": reverse("account-settings", args=[account.pk])},
            {"label": label_of_section(name), "url": ""},
        ],
    }


def _page(sections: tuple[Section, ...], name: str, of: int) -> dict[str, Any]:
    return {
        "title": label_of_section(name),
        "sections": [
            {
                "label": text(section.label),
                "url": reverse(section.name, args=[of]),
                "current": section.name == name,
            }
            for section in sections
        ],
    }


def label_of_section(name: str) -> str:
    """What a section is called, in the words in force."""
    sections = (*PROJECT_SECTIONS, *ACCOUNT_SECTIONS)
    return next(text(section.label) for section in sections if section.name == name)
