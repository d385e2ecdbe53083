"""Changing and deleting permission templates, and whom a change reaches (R-PERM-5).

Levels are copied to a membership when a template is applied, so a change reaches people only where somebody who
has seen who they are says so.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from tallystick.access.actions import level_changes, template_name
from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.models import Membership, PermissionTemplate
from tallystick.access.policies import can_manage_account
from tallystick.access.recording import record_in
from tallystick.audit.actions import record
from tallystick.core.errors import ALLOWED, Decision, Stale, refused


@dataclass(frozen=True, slots=True)
class Reach:
    """The memberships that would get other levels; ``mark`` tells this very set from any other."""

    members: tuple[Membership, ...]
    mark: str


def reach_of(template: PermissionTemplate, levels: Mapping[Tool, Level]) -> Reach:
    """Whom ``levels`` would change among those to whom the template was given."""
    given = (
        Membership.objects.filter(template=template)
        .select_related("person__company", "project__account")
        .order_by("project__number", "person__name", "pk")
    )
    members = tuple(member for member in given if level_changes(member, levels))
    said = ";".join(
        f"{member.pk}:" + ",".join(str(int(member.level(tool))) for tool in Tool) for member in members
    )
    said += "|" + ",".join(str(int(levels[tool])) for tool in Tool)
    return Reach(members, hashlib.sha256(said.encode()).hexdigest()[:32])


@transaction.atomic
def change_template(
    actor: Actor,
    template: PermissionTemplate,
    *,
    name: str,
    levels: Mapping[Tool, Level],
    reaching: str = "",
) -> int:
    """Rename the template and set its levels; how many people got other levels by it.

    ``reaching`` is the ``mark`` of those who are to get the new levels too; without it everybody keeps theirs.
    Where others would be reached by now, nothing is written (``Stale``).
    """
    can_manage_account(actor, template.account).require()
    template = PermissionTemplate.objects.select_for_update().get(pk=template.pk)
    name = template_name(template.account_id, name, but=template.pk)
    reached: tuple[Membership, ...] = ()
    if reaching:
        reach = reach_of(template, levels)
        if reach.mark != reaching:
            raise Stale(
                "Since you looked, other people are on this template or have other levels. "
                "Nothing was saved: look again at whom the change reaches."
            )
        reached = reach.members
    changes = level_changes(template, levels)
    if template.name != name:
        changes["name"] = [template.name, name]
    template.name = name
    for tool in Tool:
        setattr(template, tool.value, levels[tool])
    template.save()
    if changes:
        record(
            actor.login_id,
            "template.changed",
            template,
            account_id=template.account_id,
            actor_name=actor.name,
            changes=changes,
        )
    Membership.objects.filter(pk__in=[member.pk for member in reached]).update(
        **{tool.value: levels[tool] for tool in Tool}
    )
    for member in reached:
        record_in(member.project, actor, "member.levels_set", member, changes=level_changes(member, levels))
    actor.levels.clear()
    return len(reached)


def can_delete_template(actor: Actor, template: PermissionTemplate) -> Decision:
    """A template can be deleted while nobody has it."""
    decision = can_manage_account(actor, template.account)
    used = Membership.objects.filter(template=template).count() if decision else 0
    if used:
        return refused(
            f"{used} {'place on a project has' if used == 1 else 'places on projects have'} this template. "
            "Give them another one first, then delete it."
        )
    return decision if not decision else ALLOWED


@transaction.atomic
def delete_template(actor: Actor, template: PermissionTemplate) -> None:
    """Delete a template that nobody has."""
    template = (
        PermissionTemplate.objects.select_for_update(of=("self",))
        .select_related("account")
        .get(pk=template.pk)
    )
    can_delete_template(actor, template).require()
    record(
        actor.login_id,
        "template.deleted",
        template,
        account_id=template.account_id,
        actor_name=actor.name,
        changes={tool.value: [template.level(tool).label, None] for tool in Tool},
    )
    template.delete()
