"""The list of claims: commitments joined to their claims of a period, narrowed, counted and paged."""
