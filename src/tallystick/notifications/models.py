"""Messages, addresses that take none, and who wants which (R-NOTIFY, domain §13)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from tallystick.core import clock
from tallystick.core.ids import new_id
from tallystick.notifications.rendering import without_links
from tallystick.notifications.rules import is_known, rule_for
from tallystick.notifications.states import AddressTrouble, MessageStatus


class Message(models.Model):
    """One message to one address, written in the transaction of what it tells, sent by a worker.

    ``key`` is unique in the account: whoever writes the same message a second time writes nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("directory.Account", on_delete=models.CASCADE, related_name="messages")
    project = models.ForeignKey(
        "directory.Project", on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    person = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    login = models.ForeignKey(
        "directory.Login", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=200, blank=True)
    address = models.EmailField(max_length=254)
    event = models.CharField(max_length=60)
    key = models.CharField(max_length=300)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    headers = models.JSONField(default=dict)
    files = models.JSONField(default=list, blank=True, help_text="``MessageFile``s as objects.")
    resend_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="resent"
    )
    status = models.CharField(max_length=10, choices=MessageStatus.choices, default=MessageStatus.QUEUED)
    reason = models.TextField(blank=True, help_text="Why it was not sent, as a sentence.")
    last_answer = models.TextField(blank=True, help_text="What the mail server said last.")
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    taken_by = models.CharField(max_length=36, blank=True, help_text="A number for one taking by one worker.")
    taken_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Noted before the content goes out: from here on it may have arrived.",
    )
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    account_path: ClassVar[str] = "account"

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "key"], name="message_once"),)
        indexes = (
            models.Index(fields=["status", "next_try_at"], name="message_due"),
            models.Index(fields=["account", "-created_at"], name="message_newest"),
        )

    def __str__(self) -> str:
        return self.subject

    @property
    def text_shown(self) -> str:
        """The plain text as a page may show it."""
        return without_links(self.text) if self.is_personal else self.text

    @property
    def html_shown(self) -> str:
        """The HTML twin as a page may show it."""
        return without_links(self.html) if self.is_personal else self.html

    @property
    def is_personal(self) -> bool:
        """Whether its links answer in the name of whoever it was sent to."""
        return is_known(self.event) and rule_for(self.event).personal

    @property
    def is_secret(self) -> bool:
        """Whether its content lets somebody in: then no page shows it, and it is blanked once nothing is due."""
        return is_known(self.event) and rule_for(self.event).secret


class AddressState(models.Model):
    """An address to which nothing of this account is sent until an administrator lets it."""

    account = models.ForeignKey(
        "directory.Account", on_delete=models.CASCADE, related_name="suppressed_addresses"
    )
    address = models.EmailField(max_length=254)
    trouble = models.CharField(max_length=10, choices=AddressTrouble.choices, default=AddressTrouble.BOUNCED)
    why = models.TextField()
    since = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "account"

    class Meta:
        constraints = (
            models.UniqueConstraint("account", Lower("address"), name="address_state_once_per_account"),
        )

    def __str__(self) -> str:
        return self.address


class Preference(models.Model):
    """Whether a person wants messages of a kind that may be switched off. Without a row: yes."""

    person = models.ForeignKey(
        "directory.Person", on_delete=models.CASCADE, related_name="notification_preferences"
    )
    kind = models.CharField(max_length=60)
    on = models.BooleanField()

    account_path: ClassVar[str] = "person__account"

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "kind"], name="preference_once_per_person"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.kind} {'on' if self.on else 'off'}"


class ProjectSwitch(models.Model):
    """Whether a project sends messages of a kind about which it may choose. Without a row: as the rule says."""

    project = models.ForeignKey(
        "directory.Project", on_delete=models.CASCADE, related_name="notification_switches"
    )
    kind = models.CharField(max_length=60)
    on = models.BooleanField()

    account_path: ClassVar[str] = "project__account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project", "kind"], name="notification_switch_once_per_project"),
        )

    def __str__(self) -> str:
        return f"{self.project}: {self.kind} {'on' if self.on else 'off'}"
