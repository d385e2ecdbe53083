"""Recording what an actor did in a project; every room's actions end with it."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from tallystick.access.actor import Actor
from tallystick.audit.actions import Changes, Told, record, record_all
from tallystick.directory.models import Project


def record_in(
    project: Project,
    actor: Actor,
    name: str,
    subject: models.Model,
    *,
    changes: Changes | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Append one event about something of ``project``, in the transaction of the thing itself."""
    record(
        actor.login_id,
        name,
        subject,
        account_id=project.account_id,
        project_id=project.pk,
        actor_name=actor.name,
        changes=changes,
        facts=facts,
    )


def record_all_in(project: Project, actor: Actor, name: str, told: Sequence[Told]) -> None:
    """The same for several things of ``project``, by few statements."""
    record_all(
        actor.login_id,
        name,
        told,
        account_id=project.account_id,
        project_id=project.pk,
        actor_name=actor.name,
    )
