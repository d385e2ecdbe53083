"""Writing the directory: accounts, companies, people, projects.

Who may do these is decided by ``access``, which stands above this room; callers are its actions and the
set-up commands. Each function checks what it is given and records one event.
"""

from typing import Any

from django.db import transaction

from tallystick.audit.actions import changed, record
from tallystick.core.errors import BadInput
from tallystick.directory.models import Account, Company, InsuranceKind, Login, Project
from tallystick.jurisdictions.table import table


@transaction.atomic
def create_account(
    by: tuple[int | None, str], *, name: str, company: dict[str, str] | None = None, **settings: Any
) -> Account:
    """An account with its own company in its directory. ``by`` is the actor's log-in id and name."""
    account = Account.objects.create(name=name, **settings)
    Company.objects.create(account=account, is_own=True, **{"name": name, **(company or {})})
    record(by[0], "account.created", account, account_id=account.pk, actor_name=by[1])
    return account


@transaction.atomic
def create_company(by: tuple[int | None, str], account: Account, *, name: str, **facts: str) -> Company:
    """Add a company; its name is the account's only one of that spelling."""
    name = name.strip()
    if not name:
        raise BadInput("A company needs a name.", {"name": "Type the company's name."})
    if Company.objects.filter(account=account, name__iexact=name).exists():
        raise BadInput(
            f"{name} is in the directory already. Use that record, or give this one another name.",
            {"name": "This name is in the directory already."},
        )
    company = Company.objects.create(account=account, name=name, **facts)
    record(by[0], "company.created", company, account_id=account.pk, actor_name=by[1])
    return company


@transaction.atomic
def create_project(
    by: tuple[int | None, str], account: Account, *, number: str, name: str, **settings: Any
) -> Project:
    """A project; the number is the account's only one."""
    number = number.strip()
    if Project.objects.filter(account=account, number=number).exists():
        raise BadInput(
            f"Project {number} exists already. Choose another number.",
            {"number": "This number is taken."},
        )
    project = Project(account=account, number=number, name=name, **settings)
    project.full_clean(validate_unique=False, validate_constraints=False)
    project.save()
    record(
        by[0],
        "project.created",
        project,
        account_id=account.pk,
        project_id=project.pk,
        actor_name=by[1],
    )
    return project


PROJECT_SETTINGS = frozenset(
    {
        "name",
        "address",
        "point_of_view",
        "own_locale",
        "over_claiming",
        "accept_late_claims",
        "uninvited_claims",
        "invite_message",
        "remind_every_days",
        "weekly_digest",
        "check_rules",
        "largest_jump_bp",
        "required_papers",
        "jurisdiction",
        "shows_claimed",
        "paper_footer",
        "stamp_backup_pages",
        "claim_fields",
    }
)


@transaction.atomic
def change_project(by: tuple[int | None, str], project: Project, **values: Any) -> Project:
    """Change a project's settings; what is there already changes nothing. Unknown names are a programming fault."""
    unknown = set(values) - PROJECT_SETTINGS
    if unknown:
        raise ValueError(f"not a project setting: {', '.join(sorted(unknown))}")
    place = values.get("jurisdiction")
    if place and place != project.jurisdiction and table().place(place) is None:
        raise BadInput(
            f"“{place}” is no place of the table of payment law. Choose one of those offered.",
            {"jurisdiction": "Choose one of those offered."},
        )
    project = Project.objects.select_for_update().get(pk=project.pk)
    before = {key: getattr(project, key) for key in values}
    if not changed(before, values):
        return project
    for key, value in values.items():
        setattr(project, key, value)
    project.full_clean(validate_unique=False, validate_constraints=False)
    project.save(update_fields=list(values))
    record(
        by[0],
        "project.settings_changed",
        project,
        account_id=project.account_id,
        project_id=project.pk,
        actor_name=by[1],
        changes=changed(before, values),
    )
    return project


LOGIN_SETTINGS = frozenset({"name", "point_of_view", "locale", "theme"})


def change_login(login: Login, **values: str) -> Login:
    """Change what a person chooses for themselves; unknown names are a programming fault.

    Nothing of this belongs to an account, so no account's history records it.
    """
    unknown = set(values) - LOGIN_SETTINGS
    if unknown:
        raise ValueError(f"not a person's own setting: {', '.join(sorted(unknown))}")
    for key, value in values.items():
        setattr(login, key, value)
    login.clean_fields(exclude=[f.name for f in Login._meta.fields if f.name not in values])
    login.save(update_fields=list(values))
    return login


ACCOUNT_SETTINGS = frozenset(
    {
        "name",
        "point_of_view",
        "locale",
        "time_zone",
        "required_insurance",
        "forbid_over_claiming",
        "claim_numbering",
        "claim_fields",
        "projects_choose_fields",
    }
)


@transaction.atomic
def change_account(by: tuple[int | None, str], account: Account, **values: Any) -> Account:
    """Change an account's settings; what is there already changes nothing. Unknown names are a programming fault."""
    unknown = set(values) - ACCOUNT_SETTINGS
    if unknown:
        raise ValueError(f"not an account's setting: {', '.join(sorted(unknown))}")
    types = set(InsuranceKind.values) - {InsuranceKind.OTHER}
    if not set(values.get("required_insurance", ())) <= types:
        raise BadInput(
            "One of the types of insurance is none of those offered. Choose them again.",
            {"required_insurance": "Choose from those offered."},
        )
    account = Account.objects.select_for_update().get(pk=account.pk)
    before = {key: getattr(account, key) for key in values}
    if not changed(before, values):
        return account
    for key, value in values.items():
        setattr(account, key, value)
    account.full_clean()
    account.save(update_fields=list(values))
    record(
        by[0],
        "account.settings_changed",
        account,
        account_id=account.pk,
        actor_name=by[1],
        changes=changed(before, values),
    )
    return account


COMPANY_FACTS = frozenset({"name", "trade", "tax_number", "address", "email", "phone"})


@transaction.atomic
def change_company(by: tuple[int | None, str], company: Company, **values: str) -> Company:
    """Change a company's record. Certified claims keep the name and address that they were certified with."""
    unknown = set(values) - COMPANY_FACTS
    if unknown:
        raise ValueError(f"not a fact of a company: {', '.join(sorted(unknown))}")
    company = Company.objects.select_for_update().get(pk=company.pk)
    name = values.get("name", company.name).strip()
    others = Company.objects.filter(account=company.account_id, name__iexact=name).exclude(pk=company.pk)
    if others.exists():
        raise BadInput(
            f"{name} is in the directory already. Give this record another name.",
            {"name": "This name is in the directory already."},
        )
    before = {key: getattr(company, key) for key in values}
    for key, value in values.items():
        setattr(company, key, value)
    company.full_clean(validate_unique=False, validate_constraints=False)
    company.save(update_fields=list(values))
    record(
        by[0],
        "company.changed",
        company,
        account_id=company.account_id,
        actor_name=by[1],
        changes=changed(before, values),
    )
    return company
