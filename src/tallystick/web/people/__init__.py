"""What pages of the directory and of access have in common, below the views."""
