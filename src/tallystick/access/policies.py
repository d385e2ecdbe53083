"""The only place that decides who may: levels by project and tool, and which projects are visible (R-PERM)."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from tallystick.access.actor import Actor
from tallystick.access.levels import Level, Tool, tool_name
from tallystick.access.models import AccountMembership, Membership
from tallystick.core.errors import ALLOWED, Decision, refused
from tallystick.directory.models import Account, Company, Person, Project
from tallystick.terms.context import text


def level_of(actor: Actor, project: Project, tool: Tool) -> Level:
    """The actor's level for ``tool`` in ``project``; one or two queries the first time in a request."""
    if actor.is_operator:
        return Level.ADMIN
    if actor.login_id is None:
        return Level.NONE
    key = (project.pk, tool)
    if key not in actor.levels:
        _load_levels(actor, project)
    return actor.levels[key]


def load_levels(actor: Actor, projects: Iterable[Project]) -> None:
    """Look up the actor's levels on several projects at once, for asking about all of them: two queries."""
    wanted = list(projects)
    if actor.is_operator or actor.login_id is None or not wanted:
        return
    administered = set(
        AccountMembership.objects.filter(
            person__login_id=actor.login_id, person__is_active=True, directory=Level.ADMIN
        ).values_list("person__account_id", flat=True)
    )
    found = _memberships(actor).filter(project__in=[project.pk for project in wanted])
    memberships = {membership.project_id: membership for membership in found}
    for project in wanted:
        membership = memberships.get(project.pk)
        for tool in Tool:
            own = membership.level(tool) if membership else Level.NONE
            actor.levels[project.pk, tool] = Level.ADMIN if project.account_id in administered else own


def _load_levels(actor: Actor, project: Project) -> None:
    if is_account_admin(actor, project.account_id):
        levels = dict.fromkeys(Tool, Level.ADMIN)
    else:
        membership = Membership.objects.filter(
            project=project, person__login_id=actor.login_id or 0, person__is_active=True
        ).first()
        levels = {tool: membership.level(tool) if membership else Level.NONE for tool in Tool}
    for tool, level in levels.items():
        actor.levels[project.pk, tool] = level


def level_of_person(person: Person, project: Project, tool: Tool) -> Level:
    """The level that somebody of the directory has, whether or not they have a log-in. Two queries."""
    if AccountMembership.objects.filter(
        person=person, person__account=project.account_id, directory=Level.ADMIN
    ).exists():
        return Level.ADMIN
    membership = Membership.objects.filter(project=project, person=person).first()
    return membership.level(tool) if membership is not None else Level.NONE


def require_level(actor: Actor, project: Project, tool: Tool, level: Level, doing: str) -> Decision:
    """Whether the actor has at least ``level``; ``doing`` completes the sentence "… to compile backups"."""
    if level_of(actor, project, tool) >= level:
        return ALLOWED
    return refused(
        text(
            "You need {level} on the project's {tool} tool to {doing}. Ask an administrator of the project for it.",
            level=level.label,
            tool=tool_name(tool),
            doing=doing,
        )
    )


def is_account_admin(actor: Actor, account_id: int) -> bool:
    """Admin on the account's directory is Admin on everything of the account (domain §2.1)."""
    if actor.is_operator:
        return True
    return (
        actor.login_id is not None
        and AccountMembership.objects.filter(
            person__login_id=actor.login_id,
            person__account_id=account_id,
            person__is_active=True,
            directory=Level.ADMIN,
        ).exists()
    )


def visible_accounts(actor: Actor) -> QuerySet[Account]:
    """Accounts in whose directory the actor is."""
    if actor.is_operator:
        return Account.objects.all()
    if actor.login_id is None:
        return Account.objects.none()
    return Account.objects.filter(people__login_id=actor.login_id, people__is_active=True).distinct()


def visible_projects(actor: Actor) -> QuerySet[Project]:
    """Projects that the actor is a member of, or all of an account that they administer."""
    if actor.is_operator:
        return Project.objects.all()
    if actor.login_id is None:
        return Project.objects.none()
    return Project.objects.filter(is_member(actor, "pk") | administers_account(actor, "account_id"))


# These conditions ask what belongs to the actor, not for each row whether the actor is among those who may: the
# database answers the inner question once, however many people a project has.


def is_member(actor: Actor, project_ref: str) -> Q:
    """A condition for querysets: the actor is a member of the project at ``project_ref``, at any level."""
    return Q(**{f"{project_ref}__in": _memberships(actor).values("project_id")})


def has_level(actor: Actor, project_ref: str, tool: Tool, level: Level) -> Q:
    """A condition for querysets: the actor's level for ``tool`` in the project is at least ``level``.

    ``project_ref`` is the path to the project's id; the account is reached through the project.
    """
    reached = _memberships(actor).filter(**{f"{tool.value}__gte": level})
    return Q(**{f"{project_ref}__in": reached.values("project_id")})


def reads_what_is_open(actor: Actor, project_ref: str, tool: Tool) -> Q:
    """A condition for querysets: the actor's level opens what is not private too (R-PERM-3, R-PERM-4).

    Read Only does so for people of the account's own company. Somebody of another company gets Read Only to see what
    they were put on the list of, and nothing else; Standard shows the rest of what is not private.
    """
    ours = Q(**{f"{tool.value}__gte": Level.READ_ONLY}, person__company__is_own=True)
    opening = _memberships(actor).filter(ours | Q(**{f"{tool.value}__gte": Level.STANDARD}))
    return Q(**{f"{project_ref}__in": opening.values("project_id")})


def administers_account(actor: Actor, account_ref: str) -> Q:
    """A condition for querysets: the actor is an administrator of the account at ``account_ref``."""
    administered = AccountMembership.objects.filter(
        person__login_id=actor.login_id or 0, person__is_active=True, directory=Level.ADMIN
    )
    return Q(**{f"{account_ref}__in": administered.values("person__account_id")})


def _memberships(actor: Actor) -> QuerySet[Membership]:
    return Membership.objects.filter(person__login_id=actor.login_id or 0, person__is_active=True)


def can_manage_account(actor: Actor, account: Account) -> Decision:
    """Directory, templates and account-wide settings: administrators of the account only (R-PERM-6)."""
    if is_account_admin(actor, account.pk):
        return ALLOWED
    return refused(
        f"Only an administrator of the account can do this. Ask one of the administrators of {account.name}."
    )


def can_manage_people(actor: Actor, project: Project) -> Decision:
    """Put people on a project and set their levels."""
    return require_level(actor, project, Tool.DIRECTORY, Level.ADMIN, "decide who is on the project")


def can_see_people(actor: Actor, project: Project) -> Decision:
    """Look up who is on a project."""
    return require_level(actor, project, Tool.DIRECTORY, Level.READ_ONLY, "see who is on the project")


def can_change_place(actor: Actor, project: Project, person: Person) -> Decision:
    """Give ``person`` levels or take them off the project. Nobody changes their own place but an administrator of
    the account, whose levels do not depend on it."""
    decision = can_manage_people(actor, project)
    if not decision or actor.login_id is None or person.login_id != actor.login_id:
        return decision
    if is_account_admin(actor, project.account_id):
        return ALLOWED
    return refused(
        "This is your own place on the project. Ask another administrator to change it, so that nobody gives "
        "themselves more or shuts themselves out."
    )


def can_give_up_account(person: Person) -> Decision:
    """Whether the account keeps an administrator who can sign in when ``person`` is none any more."""
    admins = AccountMembership.objects.filter(person__account=person.account_id, directory=Level.ADMIN)
    if not admins.filter(person=person).exists():
        return ALLOWED
    others = admins.filter(person__is_active=True, person__login__is_active=True).exclude(person=person)
    if others.exists():
        return ALLOWED
    return refused(
        f"{person.name} is the only administrator of the account. Make somebody else an administrator first: "
        "without one nobody could change who may do what."
    )


def visible_companies(actor: Actor) -> QuerySet[Company]:
    """Companies in the directories that the actor may read: with Read Only or more on the account's own
    directory, or on the Directory of one of its projects. Being a claim contact gives no look into it (R-PERM-3)."""
    if actor.is_operator:
        return Company.objects.all()
    if actor.login_id is None:
        return Company.objects.none()
    reads = _memberships(actor).filter(directory__gte=Level.READ_ONLY)
    own = AccountMembership.objects.filter(
        person__login_id=actor.login_id, person__is_active=True, directory__gte=Level.READ_ONLY
    )
    return Company.objects.filter(
        Q(account_id__in=own.values("person__account_id"))
        | Q(account_id__in=reads.values("project__account_id"))
    )


def can_see_directory(actor: Actor, account: Account) -> Decision:
    """Look companies and people up in the account's directory."""
    if is_account_admin(actor, account.pk) or _reads_directory(actor, account):
        return ALLOWED
    return refused(
        f"You need Read Only on the Directory tool of a project of {account.name} to see its companies. "
        "Ask an administrator of the project for it."
    )


def _reads_directory(actor: Actor, account: Account) -> bool:
    own = AccountMembership.objects.filter(
        person__login_id=actor.login_id or 0,
        person__is_active=True,
        person__account=account,
        directory__gte=Level.READ_ONLY,
    )
    return (
        own.exists()
        or _memberships(actor).filter(project__account=account, directory__gte=Level.READ_ONLY).exists()
    )


def can_change_project(actor: Actor, project: Project) -> Decision:
    """Change a project's settings, its point of view among them: Admin on Commitments (domain §2.2)."""
    return require_level(actor, project, Tool.COMMITMENTS, Level.ADMIN, "change the project's settings")
