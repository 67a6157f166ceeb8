"""The worker for browser-use; runs in browser-use's own environment (see `wire`).

An observation is what its DOM service makes: the trees of DOM, snapshot and accessibility, merged, filtered
and written as its agent's model reads them. Whole page: no threshold around the viewport. Its default is the
viewport and 1,000 pixels around it. Nothing is highlighted, no screenshot is taken.
"""

import asyncio
import json
import time
from typing import Any

from browser_use.browser import BrowserSession  # type: ignore[import-not-found]  # lives in another environment
from browser_use.dom.service import DomService  # type: ignore[import-not-found]  # lives in another environment

from benchmarks.simplify_bench.wire import serve

WHOLE = "browser-use whole"


class Worker:
    """One browser, one page at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._session: Any = None
        self._selected: dict[int, Any] = {}

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Does what is asked."""
        does = {
            "start": self._start,
            "open": self._open,
            "awake": self._awake,
            "look": self._look,
            "judge": self._judge,
        }
        reply: dict[str, Any] = self._loop.run_until_complete(does[question["do"]](question))
        return reply

    def close(self) -> None:
        """Ends the browser, where one was started."""
        if self._session is not None:
            self._loop.run_until_complete(self._session.kill())

    async def _start(self, question: dict[str, Any]) -> dict[str, Any]:
        self._session = BrowserSession(
            executable_path=question["program"],
            headless=True,
            args=question["arguments"],
            chromium_sandbox="--no-sandbox" not in question["arguments"],
            enable_default_extensions=False,
            highlight_elements=False,
            user_data_dir=question["profile"],
            viewport={"width": question["width"], "height": question["height"]},
        )
        await self._session.start()
        return {}

    async def _open(self, question: dict[str, Any]) -> dict[str, Any]:
        self._cdp = await self._session.get_or_create_cdp_session()
        await self._ask(
            "Emulation",
            "setDeviceMetricsOverride",
            width=question["width"],
            height=question["height"],
            deviceScaleFactor=1,
            mobile=False,
        )
        await self._ask("Page", "navigate", url=question["url"])
        expression = f"({question['loaded']})({json.dumps(question['patience'])})"
        await self._ask("Runtime", "evaluate", expression=expression, awaitPromise=True)
        return {}

    async def _awake(self, question: dict[str, Any]) -> dict[str, Any]:
        await self._ask("Runtime", "evaluate", expression=f"({question['script']})()", awaitPromise=True)
        return {}

    async def _look(self, question: dict[str, Any]) -> dict[str, Any]:
        threshold = {"viewport_threshold": None} if question["system"] == WHOLE else {}
        started = time.perf_counter()
        service = DomService(self._session, **threshold)
        state, _, _ = await service.get_serialized_dom_tree()
        text = state.llm_representation()
        took = time.perf_counter() - started
        written = {index: node for index, node in state.selector_map.items() if f"[{index}]" in text}
        self._selected = written
        entries = [[node.tag_name, node.get_meaningful_text_for_llm()] for node in written.values()]
        return {"ms": took * 1000, "text": text, "entries": entries}

    async def _judge(self, question: dict[str, Any]) -> dict[str, Any]:
        paths = [await self._path(node.backend_node_id, question["path"]) for node in self._selected.values()]
        judge = await self._ask("Runtime", "evaluate", expression=f"({question['judge']})()")
        listed = await self._call(judge["result"]["objectId"], "function () { return this.list() }")
        cover = "function (paths) { return this.cover(paths) }"
        hows = await self._call(judge["result"]["objectId"], cover, [path for path in paths if path])
        return {"listed": listed, "hows": hows}

    async def _path(self, node: int, script: str) -> str | None:
        found = await self._ask("DOM", "resolveNode", backendNodeId=node)
        path = await self._call(found["object"]["objectId"], f"function () {{ return ({script})(this) }}")
        return path if isinstance(path, str) else None

    async def _call(self, thing: str, declaration: str, *arguments: Any) -> Any:
        values = [{"value": argument} for argument in arguments]
        reply = await self._ask(
            "Runtime",
            "callFunctionOn",
            objectId=thing,
            functionDeclaration=declaration,
            arguments=values,
            returnByValue=True,
        )
        return reply["result"].get("value")

    async def _ask(self, domain: str, method: str, **parameters: Any) -> Any:
        send = getattr(getattr(self._cdp.cdp_client.send, domain), method)
        return await send(params=parameters, session_id=self._cdp.session_id)


if __name__ == "__main__":
    worker = Worker()
    serve(worker.answer, worker.close)
