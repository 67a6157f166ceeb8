"""What is known of all recordings in a folder: one row each, so that a list of ten thousand opens at once.

walk        finds recordings and studies, without reading them
summary     a recording in a row
store       the rows, in a SQLite file in the user's cache: the folder itself may be read-only
refreshing  brings the rows up to date in a thread, newest recordings first
asking      which recordings are wanted
"""

from viewer.index.asking import Asked, Row, Study, Wanted, ask
from viewer.index.refreshing import Progress, Refresher
from viewer.index.store import Store, open_store

__all__ = ["Asked", "Progress", "Refresher", "Row", "Store", "Study", "Wanted", "ask", "open_store"]
