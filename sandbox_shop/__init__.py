"""A shop with its own books: catalogue, search, cart, checkout and an event log. Stands alone."""
