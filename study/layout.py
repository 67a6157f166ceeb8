"""Names in a study's folder that others know it by; here, so that they need not load what a study is."""

STUDY = "study.json"
"""The study with all that it names."""
