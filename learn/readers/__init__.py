"""Readers of the data sets, each of which gives the same `Session`."""
