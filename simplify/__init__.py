"""A live page, or HTML, in; an observation out. Knows nothing of agents and shops.

`simplify.capture.capture` reads a live page; it alone needs a browser, and is imported by its own name.
"""

from simplify.observation import Observation, Target, TargetKind
from simplify.pipeline import simplify

__all__ = ["Observation", "Target", "TargetKind", "simplify"]
