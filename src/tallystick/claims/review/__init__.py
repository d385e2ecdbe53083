"""Review: marks on lines, verdicts, round trips, comparisons, the page."""
