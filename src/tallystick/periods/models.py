"""Billing periods, the schedule that creates them, and invites to bill (R-PERIOD, R-INVITE, domain §3, §4)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tallystick.core import clock
from tallystick.periods.calc import LONGEST_PERIOD, Frequency, Rule


class PeriodStatus(models.TextChoices):
    """A project has at most one open period."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class BillingPeriod(models.Model):
    """The dates that claims are grouped by. ``due`` is the last day on which contacts may claim."""

    project = models.ForeignKey("directory.Project", on_delete=models.CASCADE, related_name="periods")
    start = models.DateField()
    end = models.DateField()
    due = models.DateField()
    status = models.CharField(max_length=8, choices=PeriodStatus.choices, default=PeriodStatus.OPEN)
    scheduled_for = models.DateField(
        null=True,
        blank=True,
        help_text="The start that the schedule gave it, whatever its dates became; empty: created by hand.",
    )
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    account_path: ClassVar[str] = "project__account"

    class Meta:
        ordering = ("-start",)
        constraints = (
            models.UniqueConstraint(fields=["project", "start", "end"], name="period_range_once_per_project"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(status="open"), name="one_open_period_per_project"
            ),
            models.UniqueConstraint(
                fields=["project", "scheduled_for"],
                condition=Q(scheduled_for__isnull=False),
                name="scheduled_period_once_per_project",
            ),
            models.CheckConstraint(condition=Q(start__lte=F("end")), name="period_starts_before_it_ends"),
            models.CheckConstraint(condition=Q(due__gte=F("start")), name="period_due_on_or_after_start"),
        )

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"


class InviteType(models.TextChoices):
    """What an invited contract may bill (domain §4)."""

    ALL = "all", "Work, materials and retention"  # terms: allow retention
    WORK = "work", "Work and materials"
    RELEASE = "release", "Release of retention only"  # terms: allow retention


class PeriodSchedule(models.Model):
    """How a project's periods come about (R-PERIOD-2). A project without one creates them by hand.

    The days of the month are the rule of a monthly schedule, and what the dialog begins with by hand.
    """

    FREQUENCIES = (
        (Frequency.MANUAL.value, "By hand"),
        (Frequency.MONTHLY.value, "Every month"),
        (Frequency.WEEKLY.value, "Every week"),
        (Frequency.CUSTOM.value, "Every so many days"),
    )

    project = models.OneToOneField(
        "directory.Project", on_delete=models.CASCADE, related_name="period_schedule"
    )
    frequency = models.CharField(max_length=8, choices=FREQUENCIES, default=Frequency.MANUAL.value)
    starts_on = models.DateField(help_text="No period begins before this day.")
    start_day = models.PositiveSmallIntegerField(default=1)
    end_day = models.PositiveSmallIntegerField(default=31)
    due_day = models.PositiveSmallIntegerField(default=25)
    due_month = models.PositiveSmallIntegerField(
        default=0, help_text="Months from the one in which the period ends to the one of the due day."
    )
    weekday = models.PositiveSmallIntegerField(default=0, help_text="Monday is 0.")
    length = models.PositiveSmallIntegerField(default=14, help_text="Days of a period of custom length.")
    due_offset = models.SmallIntegerField(default=0, help_text="Days from the end to the due day.")
    invite_type = models.CharField(
        max_length=8,
        choices=InviteType.choices,
        blank=True,
        default="",
        help_text="The invite that goes out when a period opens; empty: none.",
    )
    invite_private_list = models.BooleanField(
        default=False, help_text="Whether its invites are also told to the private lists."
    )
    done_to = models.DateField(
        null=True, blank=True, help_text="The start of the last scheduled period that was dealt with."
    )
    next_start = models.DateField(null=True, blank=True, db_index=True, help_text="Empty: none to create.")
    changed_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "project__account"

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(start_day__range=(1, 31), end_day__range=(1, 31), due_day__range=(1, 31)),
                name="schedule_days_of_a_month",
            ),
            models.CheckConstraint(
                condition=Q(
                    weekday__range=(0, 6), length__range=(1, LONGEST_PERIOD), due_month__range=(0, 2)
                ),
                name="schedule_rule_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_frequency_display()} from {self.starts_on}"

    @property
    def rule(self) -> Rule:
        """What it says, for the arithmetic."""
        return Rule(
            frequency=Frequency(self.frequency),
            starts_on=self.starts_on,
            start_day=self.start_day,
            end_day=self.end_day,
            due_day=self.due_day,
            due_month=self.due_month,
            weekday=self.weekday,
            length=self.length,
            due_offset=self.due_offset,
        )


class PeriodExtension(models.Model):
    """A later due day for one contract (decisions: one of the two ways past the due day)."""

    period = models.ForeignKey(BillingPeriod, on_delete=models.CASCADE, related_name="extensions")
    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="extensions")
    due = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "period__project__account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["period", "contract"], name="one_extension_per_contract"),
        )

    def __str__(self) -> str:
        return f"{self.contract}: due {self.due}"


class InviteAnswer(models.TextChoices):
    """What the contract's claim contacts said."""

    NONE = "none", "Not answered"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


class Invite(models.Model):
    """A contract's invite to bill in a period: a courtesy, and the question whether it wants to (R-INVITE)."""

    period = models.ForeignKey(BillingPeriod, on_delete=models.CASCADE, related_name="invites")
    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="invites")
    claim_type = models.CharField(max_length=8, choices=InviteType.choices, default=InviteType.ALL)
    invited_by = models.ForeignKey(
        "directory.Login", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    invited_by_name = models.CharField(max_length=200)
    first_sent_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(default=clock.now, help_text="When it was sent last.")
    times_sent = models.PositiveIntegerField(
        default=1, help_text="Also the SEQUENCE of its entry in calendars."
    )
    answer = models.CharField(max_length=8, choices=InviteAnswer.choices, default=InviteAnswer.NONE)
    answered_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_by_name = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    account_path: ClassVar[str] = "period__project__account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["period", "contract"], name="one_invite_per_contract_and_period"),
            models.CheckConstraint(
                condition=Q(answer="none", answered_at__isnull=True)
                | (~Q(answer="none") & Q(answered_at__isnull=False)),
                name="invite_answered_at_a_moment",
            ),
        )

    def __str__(self) -> str:
        return f"{self.contract}: {self.get_answer_display()}"
