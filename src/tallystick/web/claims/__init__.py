"""What pages of claims have in common, below the views."""
