"""Addresses of messages and of who gets which."""

from django.urls import URLPattern, path

from tallystick.web.views import notifications, outbox

urlpatterns: list[URLPattern] = [
    path("accounts/<int:account_id>/messages", outbox.outbox, name="outbox"),
    path("messages/<uuid:message_id>", outbox.message, name="message"),
    path("messages/<uuid:message_id>/html", outbox.message_html, name="message-html"),
    path("messages/<uuid:message_id>/resending", outbox.message_resending, name="message-resending"),
    path("suppressed-addresses/<int:address_id>/release", outbox.address_release, name="address-release"),
    path("preferences/notifications", notifications.choices, name="notification-preferences"),
    path("unsubscribe/<str:token>", notifications.unsubscribe, name="unsubscribe"),
]
