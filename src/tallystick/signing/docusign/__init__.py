"""DocuSign behind the seam of signatures (esign §1)."""
