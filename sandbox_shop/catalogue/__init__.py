"""What the shop sells: products and where they stand, generated, rebuilt from history, or imported."""
