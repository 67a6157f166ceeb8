"""How alike a simulated population and real people are, as distributions."""
