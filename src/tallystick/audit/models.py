"""The record of what was done: append-only."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models

from tallystick.core import clock


class AppendOnly(models.QuerySet["Event"]):
    """Events are added and read, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("History is never rewritten.")

    def delete(self) -> NoReturn:
        raise TypeError("History is never deleted.")


class Event(models.Model):
    """One thing that somebody did. ``changes`` maps a field to ``[from, to]``; ``facts`` fills the sentence."""

    account = models.ForeignKey("directory.Account", on_delete=models.CASCADE, related_name="events")
    project = models.ForeignKey(
        "directory.Project", on_delete=models.CASCADE, null=True, blank=True, related_name="events"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(max_length=200)
    name = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    subject_text = models.CharField(max_length=300)
    changes = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    objects = AppendOnly.as_manager()
    account_path: ClassVar[str] = "account"

    class Meta:
        ordering = ("at", "pk")
        indexes = (
            models.Index(fields=["subject_type", "subject_id", "at"], name="event_by_subject"),
            models.Index(fields=["project", "at"], name="event_by_project"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.subject_text}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to change what is already recorded."""
        if not self._state.adding:
            raise TypeError("History is never rewritten.")
        super().save(*args, **kwargs)
