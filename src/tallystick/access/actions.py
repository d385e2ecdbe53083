"""Giving people their places: templates, memberships and account-wide levels (R-PERM-5, R-PERM-6)."""

from collections.abc import Mapping

from django.db import transaction

from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool
from tallystick.access.models import AccountMembership, Membership, PermissionTemplate
from tallystick.access.policies import can_change_place, can_give_up_account, can_manage_account
from tallystick.access.recording import record_in
from tallystick.audit.actions import Changes, record
from tallystick.core.errors import BadInput
from tallystick.directory.models import Account, Person, Project


@transaction.atomic
def create_template(
    actor: Actor, account: Account, *, name: str, levels: Mapping[Tool, Level]
) -> PermissionTemplate:
    """A named set of levels. Tools that are not named get None."""
    can_manage_account(actor, account).require()
    template = PermissionTemplate.objects.create(
        account=account,
        name=template_name(account.pk, name),
        **{tool.value: level for tool, level in levels.items()},
    )
    record(actor.login_id, "template.created", template, account_id=account.pk, actor_name=actor.name)
    return template


def template_name(account_id: int, name: str, *, but: int | None = None) -> str:
    """The name without spaces around it; refused where another template of the account has it."""
    name = name.strip()
    if not name:
        raise BadInput("A permission template needs a name.", {"name": "Type a name."})
    others = PermissionTemplate.objects.filter(account=account_id, name__iexact=name).exclude(pk=but or 0)
    if others.exists():
        raise BadInput(
            f"The account has a permission template called {name} already. Choose another name.",
            {"name": "Another template has this name."},
        )
    return name


def add_member(actor: Actor, project: Project, person: Person, *, template: PermissionTemplate) -> Membership:
    """Put ``person`` on the project with the template's levels, or apply the template again."""
    levels = {tool: template.level(tool) for tool in Tool}
    return set_levels(actor, project, person, levels=levels, template=template)


@transaction.atomic
def set_levels(
    actor: Actor,
    project: Project,
    person: Person,
    *,
    levels: Mapping[Tool, Level],
    template: PermissionTemplate | None = None,
) -> Membership:
    """Give ``person`` these levels on the project, and a place there if they have none. The same again is harmless.

    ``template`` is where the levels come from; without one they are the person's own.
    """
    can_change_place(actor, project, person).require()
    if person.account_id != project.account_id or (template and template.account_id != project.account_id):
        raise BadInput(f"{person} is not in this account's directory. Add the person to the directory first.")
    return write_levels(actor, project, person, levels=levels, template=template)


def write_levels(
    actor: Actor,
    project: Project,
    person: Person,
    *,
    levels: Mapping[Tool, Level],
    template: PermissionTemplate | None,
) -> Membership:
    """Write levels and record what differs. The caller has decided and holds the transaction."""
    before = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("template")
        .filter(project=project, person=person)
        .first()
    )
    membership, _ = Membership.objects.update_or_create(
        project=project,
        person=person,
        defaults={"template": template, **{tool.value: levels.get(tool, Level.NONE) for tool in Tool}},
    )
    actor.levels.clear()
    changes = level_changes(before, {tool: levels.get(tool, Level.NONE) for tool in Tool})
    was, now = (str(before.template or "") if before else ""), str(template or "")
    if was != now:
        changes["template"] = [was or None, now or None]
    if before is None:
        record_in(project, actor, "member.added", membership, changes=changes, facts={"person": person.name})
    elif changes:
        record_in(project, actor, "member.levels_set", membership, changes=changes)
    return membership


def level_changes(before: Membership | PermissionTemplate | None, levels: Mapping[Tool, Level]) -> Changes:
    """Which tools get another level, by the names of the levels."""
    return {
        tool.value: [before.level(tool).label if before else None, level.label]
        for tool, level in levels.items()
        if before is None or before.level(tool) != level
    }


@transaction.atomic
def set_account_level(actor: Actor, person: Person, level: Level) -> AccountMembership:
    """Set the person's level on the account's own directory; Admin there is Admin everywhere.

    An account always keeps an administrator who can sign in.
    """
    account = Account.objects.select_for_update().get(pk=person.account_id)
    can_manage_account(actor, account).require()
    if level >= Level.ADMIN and not (person.is_active and person.login_id):
        raise BadInput(
            f"{person.name} can't sign in, so can't administer the account. Let the person sign in first.",
            {"person": "This person can't sign in."},
        )
    if level < Level.ADMIN:
        can_give_up_account(person).require()
    before = AccountMembership.objects.filter(person=person).first()
    membership, _ = AccountMembership.objects.update_or_create(person=person, defaults={"directory": level})
    actor.levels.clear()
    if before is None or before.directory != level:
        record(
            actor.login_id,
            "person.account_level_set",
            person,
            account_id=person.account_id,
            actor_name=actor.name,
            changes={"level": [Level(before.directory).label if before else None, level.label]},
        )
    return membership
