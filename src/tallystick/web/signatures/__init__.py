"""What the pages of signing have in common, below the views."""
