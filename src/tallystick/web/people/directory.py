"""What the pages of the directory share: where one is, the three lists, histories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from tallystick import terms
from tallystick.audit.queries import HistoryRow
from tallystick.core.dates import format_instant
from tallystick.directory.models import Account, Company

_LISTS = (("companies", "Companies"), ("directory-people", "People"), ("insurances", "Insurance"))


def directory_crumb(account_id: int) -> dict[str, str]:
    """The way back to the list of companies."""
    return {"label": "Directory", "url": reverse("companies", args=[account_id])}


def company_crumb(company: Company) -> dict[str, str]:
    """The way back to a company."""
    return {"label": company.name, "url": reverse("company", args=[company.pk])}


def directory_tabs(account: Account, current: str) -> list[dict[str, Any]]:
    """The lists of the directory; ``current`` is the name of this one's address."""
    return [
        {"label": label, "url": reverse(name, args=[account.pk]), "current": name == current}
        for name, label in _LISTS
    ]


def timeline(rows: Iterable[HistoryRow], account: Account) -> list[dict[str, Any]]:
    """A history for ``components/timeline.html``, in the account's zone."""
    locale = terms.current().locale.code
    return [
        {
            "who": row.actor,
            "what": row.text,
            "said": "; ".join(_change(*change) for change in row.changes),
            "when": format_instant(row.at, account.time_zone, locale),
            "icon": "dot",
        }
        for row in rows
    ]


def _change(name: str, before: str, after: str) -> str:
    return f"{name}: {after}" if before == "—" else f"{name}: {before} → {after}"
