"""What pages of billing periods have in common, below the views."""
