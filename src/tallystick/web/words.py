"""Whose words a page speaks: the person's own, else the project's, else the account's (R-TERMS-3)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from tallystick import terms
from tallystick.directory.models import Account, Project


def put_in_force(
    request: Any, *, account: Account | None = None, project: Project | None = None
) -> terms.Dictionary:
    """Put the dictionary for this reader of this project or account in force until the request is answered.

    Both also set the clock: times are shown in the project's zone, on pages of no project in the account's.
    """
    if project is not None:
        account = project.account
        timezone.activate(ZoneInfo(project.time_zone))
    elif account is not None:
        timezone.activate(ZoneInfo(account.time_zone))
    chosen = dictionary_for(request.user, account, project)
    request.undo.enter_context(terms.use(chosen))
    return chosen


def dictionary_for(reader: Any, account: Account | None, project: Project | None) -> terms.Dictionary:
    """The dictionary by the three choices; ``reader`` may be somebody who has not signed in."""
    return terms.resolve(
        account=account.point_of_view if account else "",
        project=project.point_of_view if project else "",
        user=getattr(reader, "point_of_view", ""),
        locale=(
            getattr(reader, "locale", "")
            or (project.locale if project else "")
            or (account.locale if account else "")
            or terms.DEFAULT_LOCALE
        ),
    )
