"""What pages of contracts have in common, below the views."""
