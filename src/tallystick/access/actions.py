"""Giving people their places: templates, memberships and account-wide levels (R-PERM-5, R-PERM-6)."""

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.models import AccountMembership, Membership, PermissionTemplate
from tallystick.access.policies import can_manage_account, can_manage_people
from tallystick.access.recording import record_in
from tallystick.audit.actions import record
from tallystick.core.errors import BadInput
from tallystick.directory.models import Account, Person, Project


@transaction.atomic
def create_template(
    actor: Actor, account: Account, *, name: str, levels: dict[Tool, Level]
) -> PermissionTemplate:
    """A named set of levels. Tools that are not named get None."""
    can_manage_account(actor, account).require()
    template = PermissionTemplate.objects.create(
        account=account, name=name, **{tool.value: level for tool, level in levels.items()}
    )
    record(actor.login_id, "template.created", template, account_id=account.pk, actor_name=actor.name)
    return template


@transaction.atomic
def add_member(actor: Actor, project: Project, person: Person, *, template: PermissionTemplate) -> Membership:
    """Put ``person`` on the project with the template's levels, or apply the template again."""
    can_manage_people(actor, project).require()
    if person.account_id != project.account_id or template.account_id != project.account_id:
        raise BadInput(f"{person} is not in this account's directory. Add the person to the directory first.")
    levels = {tool.value: template.level(tool) for tool in Tool}
    before = Membership.objects.filter(project=project, person=person).first()
    membership, _ = Membership.objects.update_or_create(
        project=project, person=person, defaults={"template": template, **levels}
    )
    actor.levels.clear()
    record_in(
        project,
        actor,
        "member.levels_set",
        membership,
        changes={
            tool.value: [before.level(tool).label if before else None, template.level(tool).label]
            for tool in Tool
            if before is None or before.level(tool) != template.level(tool)
        },
    )
    return membership


@transaction.atomic
def set_account_level(actor: Actor, person: Person, level: Level) -> AccountMembership:
    """Set the person's level on the account's own directory; Admin there is Admin everywhere."""
    can_manage_account(actor, person.account).require()
    membership, _ = AccountMembership.objects.update_or_create(person=person, defaults={"directory": level})
    actor.levels.clear()
    record(
        actor.login_id,
        "person.account_level_set",
        person,
        account_id=person.account_id,
        actor_name=actor.name,
        changes={"level": [None, level.label]},
    )
    return membership
