"""What a claim contact's own page is made of."""
