"""What the sample project says: who is on it, what was let, what has happened. Every name is invented."""
