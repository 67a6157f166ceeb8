"""The worker for BrowserGym; runs in BrowserGym's own environment (see `wire`).

An observation is what its environment makes at each step but for the screenshot: elements marked, DOM and
accessibility tree read, extra properties, marks taken back; then one of its two texts with default options.
"""

import re
import time
from typing import Any

from browsergym.core.observation import (  # type: ignore[import-not-found]  # lives in another environment
    _post_extract,
    _pre_extract,
    extract_dom_extra_properties,
    extract_dom_snapshot,
    extract_merged_axtree,
)
from browsergym.utils.obs import (  # type: ignore[import-not-found]  # lives in another environment
    flatten_axtree_to_str,
    flatten_dom_to_str,
    prune_html,
)
from bs4 import BeautifulSoup
from playwright.sync_api import Frame, Page, ViewportSize, sync_playwright

from benchmarks.simplify_bench.wire import serve

AXTREE = "BrowserGym axtree"
ROLES = frozenset(
    {
        "button", "link", "checkbox", "radio", "switch", "tab", "menuitem", "menuitemcheckbox",
        "menuitemradio", "option", "combobox", "textbox", "searchbox", "spinbutton", "slider", "treeitem",
        "listbox",
    }
)  # fmt: skip
TAGS = ["a", "button", "input", "select", "textarea", "option", "summary"]
AXTREE_LINE = re.compile(
    r"^\s*\[(?P<bid>\w+)\] (?P<role>\w+) (?P<quote>['\"])(?P<name>.*?)(?P=quote)", re.MULTILINE
)


class Worker:
    """One browser, one page at a time."""

    def __init__(self) -> None:
        self._playwright = sync_playwright().start()
        self._playwright.selectors.set_test_id_attribute("bid")
        self._page: Page | None = None
        self._bids: set[str] = set()

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Does what is asked."""
        if question["do"] == "start":
            self._browser = self._playwright.chromium.launch(
                executable_path=question["program"], args=question["arguments"], timeout=60_000
            )
            return {}
        if question["do"] == "open":
            return self._open(question)
        assert self._page is not None
        if question["do"] == "awake":
            self._page.evaluate(question["script"])
            return {}
        if question["do"] == "look":
            return self._look(self._page, question["system"])
        return self._judge(self._page, question)

    def _open(self, question: dict[str, Any]) -> dict[str, Any]:
        if self._page is not None:
            self._page.context.close()
        viewport: ViewportSize = {"width": question["width"], "height": question["height"]}
        self._page = self._browser.new_context(viewport=viewport).new_page()
        self._page.goto(question["url"], wait_until="domcontentloaded", timeout=60_000)
        self._page.evaluate(question["loaded"], question["patience"])
        return {}

    def _look(self, page: Page, system: str) -> dict[str, Any]:
        started = time.perf_counter()
        _pre_extract(page)
        dom = extract_dom_snapshot(page)
        axtree = extract_merged_axtree(page)
        extra = extract_dom_extra_properties(dom, scale_factor=1.0)
        _post_extract(page)
        if system == AXTREE:
            text = flatten_axtree_to_str(axtree, extra)
        else:
            text = prune_html(flatten_dom_to_str(dom, extra))
        took = time.perf_counter() - started
        entries = _axtree_entries(text) if system == AXTREE else _html_entries(text)
        self._bids = {bid for bid, _, _ in entries}
        return {"ms": took * 1000, "text": text, "entries": [[role, label] for _, role, label in entries]}

    def _judge(self, page: Page, question: dict[str, Any]) -> dict[str, Any]:
        listed: list[dict[str, Any]] = []
        hows: list[str] = []
        _pre_extract(page)
        for frame in page.frames:
            if not _seen(frame):
                continue
            judge = frame.evaluate_handle(question["judge"])
            listed += judge.evaluate("judge => judge.list()")
            found = frame.evaluate(
                f"bids => [...document.querySelectorAll('[bid]')]"
                f".filter((each) => bids.includes(each.getAttribute('bid'))).map({question['path']})",
                sorted(self._bids),
            )
            hows += judge.evaluate("(judge, paths) => judge.cover(paths)", [path for path in found if path])
        _post_extract(page)
        return {"listed": listed, "hows": hows}


def _seen(frame: Frame) -> bool:
    if frame.parent_frame is None:
        return True
    box = frame.frame_element().bounding_box()
    return box is not None and box["width"] > 2 and box["height"] > 2


def _axtree_entries(text: str) -> list[tuple[str, str, str]]:
    lines = text.splitlines()
    found = ((AXTREE_LINE.match(line), "clickable" in line) for line in lines)
    return [
        (match["bid"], match["role"], match["name"])
        for match, clickable in found
        if match and (match["role"] in ROLES or clickable)
    ]


def _html_entries(text: str) -> list[tuple[str, str, str]]:
    entries = []
    for tag in BeautifulSoup(text, "lxml").find_all(TAGS, bid=True):
        label = (
            tag.get("aria-label")
            or tag.get_text(" ", strip=True)
            or tag.get("placeholder")
            or tag.get("title")
        )
        entries.append((str(tag["bid"]), tag.name, str(label or "")))
    return entries


if __name__ == "__main__":
    serve(Worker().answer)
