"""What a project's overview is made of."""
