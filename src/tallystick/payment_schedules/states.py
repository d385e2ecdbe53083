"""Which papers answer a claim, and how they are served."""

from django.db import models


class PaperKind(models.TextChoices):
    """The statutory term of the paper, a concept of the dictionary; points of view never change it."""

    PAYMENT_SCHEDULE = "payment_schedule", "Payment schedule"
    PAYMENT_NOTICE = "payment_notice", "Payment notice"
    PAY_LESS_NOTICE = "pay_less_notice", "Pay less notice"


class ServiceMethod(models.TextChoices):
    """How the paper reaches the claimant."""

    EMAIL = "email", "By e-mail"
    HAND = "hand", "By hand"
    POST = "post", "By post"
    PORTAL = "portal", "Through a document system"
    OTHER = "other", "Otherwise"
