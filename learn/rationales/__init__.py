"""Thoughts for recorded actions: from the record alone or from a teacher, and how good they are."""

from learn.rationales.verbaliser import VERBALISER, verbalised

__all__ = ["VERBALISER", "verbalised"]
