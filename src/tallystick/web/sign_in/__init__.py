"""What the pages of signing in have in common, below the views."""
