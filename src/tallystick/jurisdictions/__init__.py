"""Payment law as data, business days, and the dates that follow from both. Guidance, never advice."""
