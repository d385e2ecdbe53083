"""Addresses of payments."""

from django.urls import URLPattern, path

from tallystick.web.views import payments

urlpatterns: list[URLPattern] = [
    path("contracts/<int:contract_id>/payments", payments.contract_payments, name="contract-payments"),
    path("claims/<int:claim_id>/payments", payments.claim_payments, name="claim-payments"),
    path("payments/<int:payment_id>/voiding", payments.payment_voiding, name="payment-voiding"),
]
