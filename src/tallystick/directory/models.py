"""Who exists: accounts, log-ins, companies, people and projects (domain §0, §2)."""

# terms: allow-file claim, ABN, NZBN, VAT, EIN, head contractor, specialty contractor

from typing import ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from tallystick.core import clock
from tallystick.core.fields import BasisPointsField, MoneyField


class PointOfView(models.TextChoices):
    """Whose words are used; R-TERMS-1."""

    GENERAL_CONTRACTOR = "general_contractor", "Head contractor"
    OWNER = "owner", "Owner"
    SPECIALTY_CONTRACTOR = "specialty_contractor", "Specialty contractor"


class Locale(models.TextChoices):
    """Regional English; R-TERMS-2."""

    EN_AU = "en-AU", "English (Australia)"
    EN_NZ = "en-NZ", "English (New Zealand)"
    EN_GB = "en-GB", "English (United Kingdom)"
    EN_US = "en-US", "English (United States)"
    EN_CA = "en-CA", "English (Canada)"


class Theme(models.TextChoices):
    """Light or dark paper; the device decides unless the person has."""

    DEVICE = "device", "Same as the device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


def validate_time_zone(value: str) -> None:
    """Refuse what is not an IANA zone name."""
    if value not in available_timezones():
        raise ValidationError(f"“{value}” is not a time zone name such as Australia/Sydney.")


class Account(models.Model):
    """A company that runs Tallystick for its projects: the tenant."""

    name = models.CharField(max_length=200)
    point_of_view = models.CharField(
        max_length=24, choices=PointOfView.choices, default=PointOfView.GENERAL_CONTRACTOR
    )
    locale = models.CharField(max_length=8, choices=Locale.choices, default=Locale.EN_AU)
    time_zone = models.CharField(
        max_length=64,
        default="Australia/Sydney",
        validators=[validate_time_zone],
        help_text="Decides what today is for what belongs to no project: insurance, the directory's history.",
    )
    required_insurance = models.JSONField(
        default=list, blank=True, help_text="Types of insurance that a company with a commitment must have."
    )
    forbid_over_claiming = models.BooleanField(
        default=False, help_text="Wins over every project's own setting (domain §6.5)."
    )
    claim_numbering = models.CharField(
        max_length=60,
        blank=True,
        default="",
        help_text="The reference that a claim is given where nobody types one: {project}, {contract}, {number:3}.",
    )
    claim_fields = models.JSONField(
        default=dict,
        blank=True,
        help_text="Fields of a claim that are asked for otherwise than usual: name to required, optional or hidden.",
    )
    projects_choose_fields = models.BooleanField(
        default=False, help_text="Whether a project may ask for fields otherwise than the account."
    )
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = ""

    def __str__(self) -> str:
        return self.name


class LoginManager(BaseUserManager["Login"]):
    """Makes log-ins; the address is kept in lower case so that it is found however it is typed."""

    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "Login":
        """A log-in that may sign in with ``password``, or by a mailed link only where it is ``None``."""
        if not email or "@" not in email:
            raise ValueError("A log-in needs an e-mail address.")
        login = self.model(email=email.strip().lower(), name=name)
        login.set_password(password)
        login.save(using=self._db)
        return login

    def create_superuser(self, email: str, password: str | None = None, *, name: str = "") -> "Login":
        """A log-in for the people who run the server; it sees no account's data by itself."""
        login = self.create_user(email, password, name=name)
        login.is_superuser = True
        login.save(using=self._db)
        return login

    def get_by_natural_key(self, username: str | None) -> "Login":
        return self.get(email=(username or "").strip().lower())


class Login(AbstractBaseUser, PermissionsMixin):
    """A way to sign in. It works across accounts: each account's directory has its own person for it."""

    email = models.EmailField(unique=True, max_length=254)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.DEVICE)
    point_of_view = models.CharField(
        max_length=24, choices=PointOfView.choices, blank=True, default="", help_text="Empty: the project's."
    )
    locale = models.CharField(
        max_length=8, choices=Locale.choices, blank=True, default="", help_text="Empty: the project's."
    )
    created_at = models.DateTimeField(default=clock.now)

    objects = LoginManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    account_path: ClassVar[str] = ""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="login_email_lower_case"),
        )

    def __str__(self) -> str:
        return self.name or self.email


class Company(models.Model):
    """A company in an account's directory, the account's own company among them."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="companies")
    name = models.CharField(max_length=200)
    trade = models.CharField(max_length=120, blank=True)
    tax_number = models.CharField(max_length=40, blank=True, help_text="ABN, NZBN, VAT or EIN, as printed.")
    address = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_own = models.BooleanField(default=False)
    default_contact = models.ForeignKey(
        "directory.Person",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who is offered first as claim contact on a contract with this company.",
    )
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "account"

    class Meta:
        verbose_name_plural = "companies"
        constraints = (
            models.UniqueConstraint(fields=["account", "name"], name="company_name_once_per_account"),
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(is_own=True), name="one_own_company_per_account"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody in an account's directory, employed by one company there; may have a log-in."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="people")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="people")
    login = models.ForeignKey(Login, on_delete=models.SET_NULL, null=True, blank=True, related_name="people")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "account"

    class Meta:
        verbose_name_plural = "people"
        constraints = (
            models.UniqueConstraint("account", Lower("email"), name="person_email_once_per_account"),
            models.UniqueConstraint(
                fields=["account", "login"],
                condition=models.Q(login__isnull=False),
                name="person_login_once_per_account",
            ),
        )
        indexes = (models.Index(fields=["account", "name", "id"], name="person_by_name"),)

    def __str__(self) -> str:
        return self.name


class InsuranceKind(models.TextChoices):
    """What an insurance covers (R-INSURANCE); any other is named by whoever records it."""

    PUBLIC_LIABILITY = "public_liability", "Public liability"
    WORKERS_COMPENSATION = "workers_compensation", "Workers compensation"
    PROFESSIONAL_INDEMNITY = "professional_indemnity", "Professional indemnity"
    CONTRACT_WORKS = "contract_works", "Contract works"
    PLANT = "plant", "Plant and equipment"
    MOTOR = "motor", "Motor vehicle"
    OTHER = "other", "Other"


class Insurance(models.Model):
    """A company's insurance, or the reason why it needs none of this type (R-INSURANCE-1)."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="insurances")
    kind = models.CharField(max_length=24, choices=InsuranceKind.choices)
    other_name = models.CharField(max_length=120, blank=True, help_text="What the type Other is called.")
    insurer = models.CharField(max_length=200, blank=True)
    policy_number = models.CharField(max_length=80, blank=True)
    limit = MoneyField(help_text="What it pays at most; 0 where that is not stated.")
    currency = models.CharField(max_length=3, default="AUD")
    effective_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True, help_text="The last day of cover.")
    is_exempt = models.BooleanField(default=False)
    exempt_reason = models.CharField(max_length=300, blank=True)
    notify_expiry = models.BooleanField(
        default=True, help_text="Whether the company is told before the insurance expires."
    )
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "company__account"

    class Meta:
        verbose_name_plural = "insurance"
        constraints = (
            models.CheckConstraint(condition=models.Q(limit__gte=0), name="insurance_limit_not_negative"),
            models.CheckConstraint(
                condition=models.Q(is_exempt=True) | models.Q(expires_on__isnull=False),
                name="insurance_expires_or_exempt",
            ),
            models.CheckConstraint(
                condition=models.Q(effective_on__isnull=True)
                | models.Q(expires_on__isnull=True)
                | models.Q(effective_on__lte=models.F("expires_on")),
                name="insurance_begins_before_it_expires",
            ),
        )
        indexes = (models.Index(fields=["company", "kind", "expires_on"], name="insurance_by_company"),)

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The type in words."""
        return self.other_name if self.kind == InsuranceKind.OTHER else self.get_kind_display()


class OverClaiming(models.TextChoices):
    """What happens when a line is claimed beyond its scheduled value (domain §6.5)."""

    ALLOW = "allow", "Allow"
    WARN = "warn", "Warn"
    REFUSE = "refuse", "Refuse"


class UninvitedClaims(models.TextChoices):
    """What somebody may bill who was not invited to (R-INVITE-2, domain §12)."""

    ALL = "all", "Work, materials and retention"  # terms: allow retention
    WORK = "work", "Work and materials"
    NONE = "none", "Nothing: an invite is needed"


class Project(models.Model):
    """A building job. Its zone decides what "today" and the due moment are; its locale, paper and words."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="projects")
    number = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    address = models.TextField(blank=True)
    time_zone = models.CharField(max_length=64, default="Australia/Sydney", validators=[validate_time_zone])
    currency = models.CharField(max_length=3, default="AUD")
    own_locale = models.CharField(
        max_length=8, choices=Locale.choices, blank=True, default="", help_text="Empty: the account's."
    )
    point_of_view = models.CharField(
        max_length=24, choices=PointOfView.choices, blank=True, default="", help_text="Empty: the account's."
    )
    over_claiming = models.CharField(max_length=8, choices=OverClaiming.choices, default=OverClaiming.ALLOW)
    accept_late_claims = models.BooleanField(default=False)
    uninvited_claims = models.CharField(
        max_length=8, choices=UninvitedClaims.choices, default=UninvitedClaims.ALL
    )
    invite_message = models.TextField(
        blank=True, help_text="The project's own words in invites and reminders to bill."
    )
    remind_every_days = models.PositiveSmallIntegerField(
        default=0, help_text="Days between reminders to bill, 1 to 3; 0 sends none."
    )
    weekly_digest = models.BooleanField(
        default=False, help_text="Whether the distribution list is told every Monday what is unfinished."
    )
    jurisdiction = models.CharField(
        max_length=12,
        blank=True,
        default="",
        help_text="Whose payment law the guidance follows: a key of jurisdictions.toml; empty for none.",
    )
    check_rules = models.JSONField(
        default=dict,
        blank=True,
        help_text="Checks before submission that differ from their default: name to block, warn or off.",
    )
    largest_jump_bp = BasisPointsField(
        default=5000,
        help_text="A line that grows by more of its scheduled value in one period is asked about.",
    )
    required_papers = models.JSONField(
        default=list, blank=True, help_text="Names of the papers that every claim must bring."
    )
    claim_fields = models.JSONField(
        default=dict,
        blank=True,
        help_text="The same for the project, where the account lets projects choose; what is missing is the account's.",
    )
    shows_claimed = models.BooleanField(
        default=True,
        help_text="Whether papers show claimed amounts beside accepted ones, with the reasons for differences.",
    )
    paper_footer = models.CharField(max_length=300, blank=True)
    stamp_backup_pages = models.BooleanField(
        default=False, help_text="Print the claim and page number on every page of a compiled backup."
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "number"], name="project_number_once_per_account"),
            models.CheckConstraint(
                condition=models.Q(largest_jump_bp__range=(0, 10000)), name="project_jump_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(remind_every_days__range=(0, 3)), name="project_reminders_in_range"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def locale(self) -> str:
        """The regional English in force for what several people read: the project's own, else the account's."""
        return self.own_locale or self.account.locale

    @locale.setter
    def locale(self, chosen: str) -> None:
        self.own_locale = chosen


class ClaimDistribution(models.Model):
    """Somebody whom the project tells what comes in: breakdowns, claims, the weekly digest (domain §12)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="distribution")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="distributions")
    created_at = models.DateTimeField(default=clock.now)

    account_path: ClassVar[str] = "project__account"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project", "person"], name="distributed_once_per_project"),
        )

    def __str__(self) -> str:
        return f"{self.project}: {self.person}"
