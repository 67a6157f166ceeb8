"""Policies whose rates of leaving, clicking, navigating, … are brought to those of people."""
