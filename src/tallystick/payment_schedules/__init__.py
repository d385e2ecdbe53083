"""Payment schedules and pay less notices: the answer to a claim that the payment law asks for (domain §6.10)."""
