"""A live page, or HTML, in; an observation out. Knows nothing of agents and shops."""
