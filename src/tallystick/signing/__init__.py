"""Electronic signatures (R-SIGN): the seam that providers fill, the built-in one, and what becomes of envelopes."""
