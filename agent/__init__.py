"""The simulated shopper: a persona with an intent, acting in a real browser, step by step, on the record."""
