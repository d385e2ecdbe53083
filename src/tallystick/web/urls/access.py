"""Addresses of who may see and do what: places on projects, permission templates, the account's own level."""

from django.urls import URLPattern, path

from tallystick.web.views import (
    access_account,
    access_contact,
    access_people,
    access_standing,
    access_templates,
)

_people = "projects/<int:project_id>/people"
_account = "accounts/<int:account_id>"

urlpatterns: list[URLPattern] = [
    path(_people, access_people.people, name="project-people"),
    path(f"{_people}/new", access_people.people_new, name="member-new"),
    path(f"{_people}/<int:person_id>", access_standing.people_access, name="member-access"),
    path(f"{_people}/<int:person_id>/levels", access_people.people_levels, name="member-levels"),
    path(f"{_people}/<int:person_id>/removal", access_people.people_removal, name="member-removal"),
    path("projects/<int:project_id>/my-access", access_standing.my_access, name="my-access"),
    path(f"{_account}/access", access_account.account_access, name="account-access"),
    path(f"{_account}/templates", access_templates.templates, name="templates"),
    path(f"{_account}/templates/new", access_templates.template_new, name="template-new"),
    path("templates/<int:template_id>", access_templates.template, name="template"),
    path(
        "templates/<int:template_id>/deletion", access_templates.template_deletion, name="template-deletion"
    ),
    path(
        "contracts/<int:contract_id>/claim-contacts/new", access_contact.contact_new, name="claim-contact-new"
    ),
]
