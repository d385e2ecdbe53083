"""What the web layer itself has to remember."""

# terms: allow-file claim, variation

from typing import ClassVar

from django.conf import settings
from django.db import models

from tallystick.core import clock
from tallystick.core.ids import new_id


class HeldSheet(models.Model):
    """A spreadsheet that somebody uploaded and has not brought in yet: what was read from it, for one day.

    Only whoever uploaded it sees it, and only for the thing that it was uploaded for. The file itself is not kept.
    Once its contents were brought in, ``led_to`` says where they can be seen, so that sending the form twice
    brings them in once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("directory.Account", on_delete=models.CASCADE, related_name="+")
    login = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20)
    subject_id = models.BigIntegerField(help_text="The contract, variation or claim that it is for.")
    name = models.CharField(max_length=255)
    book = models.BinaryField(help_text="What was read from the file, compressed.")
    led_to = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "account"

    class Meta:
        indexes = (models.Index(fields=["created_at"], name="held_sheet_by_age"),)

    def __str__(self) -> str:
        return self.name


class GridLayout(models.Model):
    """How somebody likes a grid: which columns, how wide, which stay in sight (domain §6.2).

    It goes with the log-in, not with an account: one person's habit in all projects.
    """

    login = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grid_layouts")
    name = models.CharField(max_length=20, help_text="Which grid: claim-amount, claim-unit, sov.")
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = ""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["login", "name"], name="one_layout_of_a_grid"),)

    def __str__(self) -> str:
        return f"{self.name} of {self.login}"
