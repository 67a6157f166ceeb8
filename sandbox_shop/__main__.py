"""The shop as a process of its own, for programs: `python -m sandbox_shop SETTINGS`.

SETTINGS is one JSON object: `catalogue`, `seed`, `size`, `set` (a list of `switch=value`), `port` (0: any
free one), `books` (a file, or null). The address is printed as the first line once the shop is open; a
mistake is one line on standard error and exit code 2. The shop closes when its standard input does, so that
it never outlives the program that started it, however that ended.
"""

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from sandbox_shop.design import Design
from sandbox_shop.errors import ShopError
from sandbox_shop.server import ShopSettings, serve


def main(told: dict[str, Any]) -> None:
    """Opens the shop and stays until standard input closes.

    Raises:
        ShopError: there is no such shop, or it cannot listen or keep its books there.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    settings = ShopSettings(
        catalogue=told["catalogue"],
        seed=told["seed"],
        size=told["size"],
        design=Design.parse(told["set"]),
    )
    serve(
        settings,
        host="127.0.0.1",
        port=told["port"],
        books=Path(told["books"]) if told["books"] else None,
        on_ready=lambda url: print(url, flush=True),
    )


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # whatever is under way: the books are whole at every moment


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    except ShopError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
