"""Addresses of the settings of accounts and projects, one a section."""

from django.urls import URLPattern, path

from tallystick.web.views import (
    account_sign_in,
    period_schedule,
    settings_account,
    settings_checks,
    settings_fields_asked,
    settings_mail,
    settings_project,
)

urlpatterns: list[URLPattern] = [
    path("projects/<int:project_id>/settings", settings_project.general, name="project-settings"),
    path("projects/<int:project_id>/periods/schedule", period_schedule.schedule, name="period-schedule"),
    path("projects/<int:project_id>/settings/claiming", settings_project.claiming, name="project-claiming"),
    path("projects/<int:project_id>/settings/fields", settings_fields_asked.project, name="project-fields"),
    path("accounts/<int:account_id>/settings/fields", settings_fields_asked.account, name="account-fields"),
    path("accounts/<int:account_id>/settings/fields/new", settings_fields_asked.new, name="claim-field-new"),
    path("claim-fields/<int:field_id>", settings_fields_asked.field, name="claim-field"),
    path(
        "claim-fields/<int:field_id>/retirement",
        settings_fields_asked.retirement,
        name="claim-field-retirement",
    ),
    path(
        "projects/<int:project_id>/settings/notifications", settings_mail.mail, name="project-notifications"
    ),
    path("projects/<int:project_id>/settings/distribution", settings_mail.distribution, name="distribution"),
    path(
        "projects/<int:project_id>/settings/distribution/<int:person_id>/removal",
        settings_mail.distribution_removal,
        name="distribution-removal",
    ),
    path(
        "projects/<int:project_id>/settings/commitments", settings_project.contracts, name="project-contracts"
    ),
    path("projects/<int:project_id>/settings/checks", settings_checks.checks, name="project-checks"),
    path("projects/<int:project_id>/settings/papers", settings_project.papers, name="project-papers"),
    path("projects/<int:project_id>/settings/payment-law", settings_project.law, name="project-law"),
    path(
        "projects/<int:project_id>/settings/history",
        settings_project.history,
        name="project-settings-history",
    ),
    path("accounts/<int:account_id>/settings", settings_account.general, name="account-settings"),
    path("accounts/<int:account_id>/settings/claiming", settings_account.claiming, name="account-claiming"),
    path(
        "accounts/<int:account_id>/settings/new-projects",
        settings_account.beginnings,
        name="account-beginnings",
    ),
    path("accounts/<int:account_id>/settings/sign-in", account_sign_in.sign_in, name="account-sign-in"),
    path(
        "accounts/<int:account_id>/settings/sign-in/company",
        account_sign_in.company,
        name="account-company-sign-in",
    ),
    path(
        "accounts/<int:account_id>/settings/history",
        settings_account.history,
        name="account-settings-history",
    ),
]
