"""Work that a person waits for, who waits for it, and the workers that do it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tallystick.core import clock, ids
from tallystick.runs.states import ACTIVE, RunState


class Run(models.Model):
    """One piece of work: what was asked, how far it is, what came of it.

    The row is written in the transaction of the request that asks for the work; a worker finds it there.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    kind = models.CharField(max_length=60, help_text="Names the handler, such as backup.compile.")
    account = models.ForeignKey("directory.Account", on_delete=models.CASCADE, related_name="runs")
    project = models.ForeignKey(
        "directory.Project", on_delete=models.CASCADE, null=True, blank=True, related_name="runs"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    title = models.CharField(max_length=300)
    params = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=64, blank=True, help_text="Equal for an equal outcome.")

    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    sentence = models.CharField(max_length=300, blank=True, help_text="What is being done just now.")
    result = models.JSONField(null=True, blank=True)
    problem = models.TextField(blank=True, help_text="Why it was not done, for the person who asked.")

    created_at = models.DateTimeField(default=clock.now)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)

    account_path: ClassVar[str] = "account"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["dedupe_key"],
                condition=models.Q(state__in=[state.value for state in ACTIVE]) & ~models.Q(dedupe_key=""),
                name="run_active_once",
            ),
            models.CheckConstraint(condition=models.Q(state__in=RunState.values), name="run_state_known"),
        )
        indexes = (
            models.Index(fields=["state", "created_at"], name="run_by_state"),
            models.Index(fields=["project", "kind", "created_at"], name="run_by_project"),
            models.Index(fields=["dedupe_key", "created_at"], name="run_by_dedupe_key"),
            models.Index(fields=["expires_at"], name="run_by_expiry"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_active(self) -> bool:
        """Whether it still waits or goes on."""
        return self.state in ACTIVE

    @property
    def percent(self) -> int:
        """Progress for a bar, 0 to 100."""
        if self.state == RunState.SUCCEEDED:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


class RunFollower(models.Model):
    """A person who asked for a run and is told how it ends. A hundred may have asked for the same one."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="followers")
    login = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_runs"
    )
    asked_at = models.DateTimeField(default=clock.now)
    dismissed_at = models.DateTimeField(null=True, blank=True, help_text="When the banner was closed.")

    account_path: ClassVar[str] = "run__account"

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "login"], name="run_followed_once"),)
        indexes = (models.Index(fields=["login", "dismissed_at"], name="follower_by_login"),)

    def __str__(self) -> str:
        return f"{self.login_id} follows {self.run_id}"


class Worker(models.Model):
    """A worker process that lives, or lived: others take over what a silent one had begun."""

    id = models.CharField(primary_key=True, max_length=120)
    host = models.CharField(max_length=200, help_text="Host and process namespace in which the pid counts.")
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    taken_over_by = models.CharField(max_length=120, blank=True)
    taken_over_at = models.DateTimeField(null=True, blank=True)

    # A worker serves every account of the installation.
    account_path: ClassVar[str] = ""

    def __str__(self) -> str:
        return self.id
