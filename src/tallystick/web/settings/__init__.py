"""What pages of settings have in common, below the views."""
