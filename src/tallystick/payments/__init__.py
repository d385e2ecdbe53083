"""Payments issued against claims: what was paid, when and how (domain §11)."""
