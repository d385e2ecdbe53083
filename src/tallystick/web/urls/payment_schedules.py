"""Addresses of the answers to claims: payment schedules, payment notices, pay less notices."""

from django.urls import URLPattern, URLResolver, path

from tallystick.web.views import payment_schedules

_claim = "claims/<int:claim_id>"
_schedule = "payment-schedules/<int:schedule_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        f"{_claim}/payment-schedule", payment_schedules.claim_payment_schedule, name="claim-payment-schedule"
    ),
    path(f"{_claim}/receipt", payment_schedules.claim_receipt, name="claim-receipt"),
    path(f"{_schedule}/file", payment_schedules.file, name="payment-schedule-file"),
    path(f"{_schedule}/service", payment_schedules.service, name="payment-schedule-service"),
    path(f"{_schedule}/withdrawal", payment_schedules.withdrawal, name="payment-schedule-withdrawal"),
]
