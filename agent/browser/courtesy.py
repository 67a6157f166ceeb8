"""Taking turns: all shoppers of this machine together act at a site no more often than is polite."""

import asyncio

POLITE = 1.0
"""Seconds between two actions at a site that is not this machine's own."""


class Courtesy:
    """Whose turn it is, by site."""

    def __init__(self) -> None:
        self._free: dict[object, float] = {}

    async def turn(self, site: object, pause: float) -> None:
        """Waits until it is the caller's turn.

        Args:
            site: stands for the site.
            pause: seconds that it is left alone after this turn.
        """
        if pause <= 0:
            return
        now = asyncio.get_running_loop().time()
        mine = max(now, self._free.get(site, now))
        self._free[site] = mine + pause
        await asyncio.sleep(mine - now)
