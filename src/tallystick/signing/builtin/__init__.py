"""The built-in provider: signed by link, code and consent, sealed here; no account anywhere is needed."""
