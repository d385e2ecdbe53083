"""Addresses of accounts, companies and people."""

from django.urls import URLPattern, path

from tallystick.web.views import directory, insurance, people

urlpatterns: list[URLPattern] = [
    path("accounts/<int:account_id>/companies", directory.companies, name="companies"),
    path("accounts/<int:account_id>/companies/new", directory.company_new, name="company-new"),
    path("companies/<int:company_id>", directory.company, name="company"),
    path("companies/<int:company_id>/facts", directory.company_facts, name="company-facts"),
    path("companies/<int:company_id>/people", directory.person_new, name="person-new"),
    path("companies/<int:company_id>/history", directory.company_history, name="company-history"),
    path(
        "companies/<int:company_id>/default-contact", people.default_contact, name="company-default-contact"
    ),
    path("companies/<int:company_id>/insurance", insurance.insurance_new, name="insurance-new"),
    path("insurance/<int:insurance_id>", insurance.insurance, name="insurance"),
    path("insurance/<int:insurance_id>/removal", insurance.removal, name="insurance-removal"),
    path("accounts/<int:account_id>/insurance", insurance.insurances, name="insurances"),
    path("accounts/<int:account_id>/people", people.people, name="directory-people"),
    path("people/<int:person_id>", people.person, name="person"),
    path("people/<int:person_id>/facts", people.facts, name="person-facts"),
    path("people/<int:person_id>/company", people.company, name="person-company"),
    path("people/<int:person_id>/deactivation", people.deactivation, name="person-deactivation"),
    path("people/<int:person_id>/reactivation", people.reactivation, name="person-reactivation"),
    path("people/<int:person_id>/sessions-ending", people.sessions_ending, name="person-sessions-ending"),
]
