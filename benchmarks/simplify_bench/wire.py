"""How a peer's worker is spoken to: a line of JSON asks, a line of JSON answers.

This module is all of the project that a worker's environment gets to see; it needs only Python itself.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any


def serve(
    answer: Callable[[dict[str, Any]], dict[str, Any]], close: Callable[[], object] = lambda: None
) -> None:
    """Answers the questions on standard input until it ends, as it does when who asked is gone; then closes.

    A peer's own chatter on standard output goes to standard error, so that it is no answer. An exception
    ends the worker: who asked reads the end of its log.
    """
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        for line in sys.stdin:
            json.dump(answer(json.loads(line)), replies)
            replies.write("\n")
            replies.flush()
    finally:
        close()
