"""A live page, or HTML, in; an observation out. Knows nothing of agents and shops.

`simplify.capture.capture` reads a live page; it alone needs a browser, and is imported by its own name.
"""

from simplify.clocks import without_clocks
from simplify.delta import changes, since
from simplify.observation import Observation, Spelling, Target, TargetKind
from simplify.paper import NameMap, paper_slug
from simplify.pipeline import estimate_tokens, name_map, simplify

__all__ = [
    "NameMap",
    "Observation",
    "Spelling",
    "Target",
    "TargetKind",
    "changes",
    "estimate_tokens",
    "name_map",
    "paper_slug",
    "simplify",
    "since",
    "without_clocks",
]
