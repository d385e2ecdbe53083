"""Who may do what: permission templates, memberships and account-wide levels (R-PERM, domain §2)."""

from typing import ClassVar

from django.db import models

from tallystick.access.levels import Level, Tool
from tallystick.core import clock


class ToolLevels(models.Model):
    """One level for each tool; shared by templates and memberships."""

    commitments = models.IntegerField(choices=Level.choices, default=Level.NONE)
    head_contracts = models.IntegerField(choices=Level.choices, default=Level.NONE)
    directory = models.IntegerField(choices=Level.choices, default=Level.NONE)

    class Meta:
        abstract = True

    def level(self, tool: Tool) -> Level:
        """The level for ``tool``."""
        return Level(getattr(self, tool.value))


class PermissionTemplate(ToolLevels):
    """A named set of levels that is given to a person in one step (R-PERM-5)."""

    account = models.ForeignKey("directory.Account", on_delete=models.CASCADE, related_name="templates")
    name = models.CharField(max_length=120)

    account_path: ClassVar[str] = "account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "name"], name="template_name_once_per_account"),
        )

    def __str__(self) -> str:
        return self.name


class Membership(ToolLevels):
    """A person on a project. The levels are copied from the template, so that changing a template changes
    nobody silently; applying it again is an action of its own."""

    project = models.ForeignKey("directory.Project", on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="memberships")
    template = models.ForeignKey(
        PermissionTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "project__account"

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project", "person"], name="member_once_per_project"),)

    def __str__(self) -> str:
        return f"{self.person} on {self.project}"


class AccountMembership(models.Model):
    """A person's level on the account's own directory. Admin there is Admin everywhere (domain §2.1)."""

    person = models.OneToOneField(
        "directory.Person", on_delete=models.CASCADE, related_name="account_membership"
    )
    directory = models.IntegerField(choices=Level.choices, default=Level.READ_ONLY)

    account_path: ClassVar[str] = "person__account"

    def __str__(self) -> str:
        return f"{self.person}: {Level(self.directory).label}"
