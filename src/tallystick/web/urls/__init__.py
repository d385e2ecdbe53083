"""Addresses of the pages, one module a room. An address names a resource; what changes it is sent by POST."""

from django.conf import settings
from django.urls import URLPattern, URLResolver

from tallystick.web.urls import (
    access,
    checks,
    claims,
    configuration,
    contracts,
    directory,
    documents,
    docusign,
    exports,
    home,
    invites,
    mine,
    notifications,
    own_sign_in,
    payment_schedules,
    payments,
    periods,
    preferences,
    projects,
    retention,
    runs,
    session,
    signatures,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *home.urlpatterns,
    *mine.urlpatterns,
    *session.urlpatterns,
    *preferences.urlpatterns,
    *own_sign_in.urlpatterns,
    *notifications.urlpatterns,
    *runs.urlpatterns,
    *directory.urlpatterns,
    *access.urlpatterns,
    *projects.urlpatterns,
    *configuration.urlpatterns,
    *periods.urlpatterns,
    *invites.urlpatterns,
    *contracts.urlpatterns,
    *claims.urlpatterns,
    *retention.urlpatterns,
    *payments.urlpatterns,
    *payment_schedules.urlpatterns,
    *checks.urlpatterns,
    *documents.urlpatterns,
    *docusign.urlpatterns,
    *signatures.urlpatterns,
    *exports.urlpatterns,
]

if settings.DEBUG:
    from tallystick.web.views import styleguide

    urlpatterns += styleguide.urlpatterns
