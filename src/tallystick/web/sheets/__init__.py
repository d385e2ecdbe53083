"""What pages that take a spreadsheet in have in common, below the views."""
