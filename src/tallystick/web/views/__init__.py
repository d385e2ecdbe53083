"""Pages: load what the address names, ask a query or an action, show a template. No rules of their own."""
