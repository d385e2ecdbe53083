"""Addresses of accounts, companies and people."""

from django.urls import URLPattern, path

from tallystick.web.views import directory

urlpatterns: list[URLPattern] = [
    path("accounts/<int:account_id>/settings", directory.account_settings, name="account-settings"),
    path("accounts/<int:account_id>/companies", directory.companies, name="companies"),
    path("accounts/<int:account_id>/companies/new", directory.company_new, name="company-new"),
    path("companies/<int:company_id>", directory.company, name="company"),
    path("companies/<int:company_id>/facts", directory.company_facts, name="company-facts"),
    path("companies/<int:company_id>/people", directory.person_new, name="person-new"),
]
