"""What a team does: launch a product, update it, end it; and who runs which version."""
