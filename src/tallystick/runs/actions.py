"""Asking for long work, and taking the request back."""

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from tallystick.core import clock
from tallystick.core.errors import NotFound, Refused
from tallystick.runs.models import Run, RunFollower
from tallystick.runs.states import ACTIVE, RunState

# Long enough for the worker to notice: a row is not removed under a step that is still being done.
FORGET_CANCELLED = timedelta(hours=2)


def request_run(
    kind: str,
    *,
    account_id: int,
    title: str,
    params: dict[str, Any],
    asked_by_id: int | None,
    project_id: int | None = None,
    fingerprint: str = "",
) -> Run:
    """Write down that this work is wanted; a worker takes it up once the transaction has committed.

    ``fingerprint`` names the outcome (a digest of everything that goes into it). The same kind, account,
    project and fingerprint is answered by the run that is under way, or by one that succeeded and has not
    expired; the person then follows that one. Without a fingerprint ``params`` stand for the outcome while
    the run is under way, and a finished run is never used again.
    """
    key = dedupe_key(kind, account_id, project_id, fingerprint or _digest(params))
    run = _existing(key, finished_too=bool(fingerprint))
    if run is None:
        try:
            with transaction.atomic():
                run = Run.objects.create(
                    kind=kind,
                    account_id=account_id,
                    project_id=project_id,
                    asked_by_id=asked_by_id,
                    title=title[:300],
                    params=params,
                    dedupe_key=key,
                )
        except IntegrityError:
            # Somebody else asked for the same at the same moment, and was first.
            run = _existing(key, finished_too=True)
            if run is None:
                raise
    if asked_by_id is not None:
        RunFollower.objects.update_or_create(
            run=run, login_id=asked_by_id, defaults={"asked_at": clock.now(), "dismissed_at": None}
        )
    return run


def dedupe_key(kind: str, account_id: int, project_id: int | None, fingerprint: str) -> str:
    """The key that two requests with the same outcome share."""
    return _digest([kind, account_id, project_id, fingerprint])


def dismiss_run(login_id: int, run_id: UUID) -> None:
    """Close the banner for this person; the result stays until it expires. Again is harmless."""
    _followed(login_id, run_id)
    RunFollower.objects.filter(run_id=run_id, login_id=login_id, dismissed_at=None).update(
        dismissed_at=clock.now()
    )


def cancel_run(login_id: int, run_id: UUID) -> None:
    """Take the request back. The work stops at its next step, unless other people wait for it too.

    Raises ``NotFound`` for a run that this person never asked for, ``Refused`` for one that has ended.
    """
    with transaction.atomic():
        _followed(login_id, run_id)
        others = RunFollower.objects.filter(run_id=run_id).exclude(login_id=login_id).exists()
        if others:
            RunFollower.objects.filter(run_id=run_id, login_id=login_id).delete()
            return
        instant = clock.now()
        cancelled = Run.objects.filter(pk=run_id, state__in=ACTIVE).update(
            state=RunState.CANCELLED, finished_at=instant, expires_at=instant + FORGET_CANCELLED, sentence=""
        )
        if not cancelled:
            raise Refused("This has ended already, so there is nothing to cancel.")


def expire_run(run_id: UUID) -> None:
    """Say that the result of an ended run is of no use any more: nobody else is answered by it."""
    Run.objects.filter(pk=run_id).exclude(state__in=ACTIVE).update(expires_at=clock.now())


def _existing(key: str, *, finished_too: bool) -> Run | None:
    wanted = Q(state__in=ACTIVE)
    if finished_too:
        wanted |= Q(state=RunState.SUCCEEDED, expires_at__gt=clock.now())
    return Run.objects.filter(wanted, dedupe_key=key).order_by("-created_at").first()


def _followed(login_id: int, run_id: UUID) -> None:
    if not RunFollower.objects.filter(login_id=login_id, run_id=run_id).exists():
        raise NotFound("There is no such piece of work, or it has expired.")


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
