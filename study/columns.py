"""The columns of a study's two tables: names, types, what may be missing, and what each says.

The descriptions stand in the tables themselves (a field's metadata), and in `docs/results.md`.
"""

import pyarrow as pa

_TEXT, _COUNT, _TOKENS, _SECONDS = pa.string(), pa.int32(), pa.int64(), pa.float64()
_TIME = pa.timestamp("ms", tz="UTC")
_TEXTS = pa.list_(pa.field("element", pa.string(), nullable=False))

DESCRIPTION = b"description"
"""Key of a field's metadata under which its description stands."""


def _column(name: str, kind: pa.DataType, description: str, *, missing: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=missing, metadata={DESCRIPTION: description.encode()})


def _later(name: str, kind: pa.DataType, description: str) -> pa.Field:
    """A column that is there once a session has been run."""
    return _column(name, kind, description, missing=True)


SESSION_COLUMNS = pa.schema([
    _column("session", _TEXT, "the session's name: number of its pair, and its arm"),
    _column("pair", _COUNT, "twins in different arms share it, and with it persona, intent and seed"),
    _column("arm", _TEXT, "which design"),
    _column("order", _COUNT, "place in the order of running, from 1"),
    _column("persona", _TEXT, "id of who shops"),
    _column("persona_name", _TEXT, "what the shopper is called"),
    _column("age", _COUNT, "years", missing=True),
    _column("gender", _TEXT, "in the shopper's own word", missing=True),
    _column("patience", _TEXT, "low, medium or high", missing=True),
    _column("price_sensitivity", _TEXT, "low, medium or high", missing=True),
    _column("web_experience", _TEXT, "low, medium or high", missing=True),
    _column("device", _TEXT, "what the shopper shops on", missing=True),
    _column("intent", _TEXT, "what the visit was for"),
    _column("seed", _TOKENS, "of the policy"),
    _column("state", _TEXT, "done, fault (tried as often as allowed) or waiting"),
    _column("attempts", _COUNT, "how often it was begun"),
    _later("started", _TIME, "when the last attempt began (UTC)"),
    _later("ended", _TIME, "when the last attempt ended (UTC)"),
    _later("ending", _TEXT, "purchased, left, stuck, limit, fault or interrupted"),
    _later("message", _TEXT, "a sentence about the ending"),
    _later("steps", _COUNT, "actions; this and what follows is there for sessions that are done"),
    _later("rejected", _COUNT, "steps whose action could not be done"),
    _later("landed", pa.bool_(), "a page was looked at"),
    _later("searched", pa.bool_(), "a text was typed into the shop's search and sent"),
    _later("viewed", pa.bool_(), "a product's page was looked at"),
    _later("added", pa.bool_(), "an action put something into the cart"),
    _later("checkout", pa.bool_(), "a page of a checkout was looked at"),
    _later("bought", pa.bool_(), "an order was placed"),
    _later("searches", _COUNT, "texts typed into the shop's search and sent"),
    _later("zero_result_searches", _COUNT, "of these, those whose next page says that nothing was found"),
    _later("products", _COUNT, "different product pages that were looked at"),
    _later("repeats", _COUNT, "steps that did the same action on the same page address as an earlier step"),
    _later("last_page", _TEXT, "kind of the page on which the session ended"),
    _later("last_url", _TEXT, "its address"),
    _later("last_title", _TEXT, "its title"),
    _later("last_target", _TEXT, "name of the last thing that was acted on; missing where nothing was"),
    _later("order_number", _TEXT, "as the confirmation says it"),
    _later("order_total", _TEXT, "as the confirmation says it"),
    _later("order_amount", _SECONDS, "the total as a number"),
    _later("items", _TEXTS, "lines of the order, as the confirmation says them"),
    _later("prompt_tokens", _TOKENS, "tokens of all prompts"),
    _later("cached_tokens", _TOKENS, "of these, found in the server's cache; missing where it does not say"),
    _later("completion_tokens", _TOKENS, "tokens said"),
    _later("browser_seconds", _SECONDS, "looking at pages and acting on them"),
    _later("model_seconds", _SECONDS, "deciding"),
    _later("seconds", _SECONDS, "the session in all"),
    _later("recording", _TEXT, "folder of the recording, in the study's folder"),
])  # fmt: skip
"""Of `sessions.parquet`, one row a planned session."""

STEP_COLUMNS = pa.schema([
    _column("session", _TEXT, "the session's name"),
    _column("pair", _COUNT, "of the session"),
    _column("arm", _TEXT, "of the session"),
    _column("persona", _TEXT, "of the session"),
    _column("index", _COUNT, "place in the session, from 1"),
    _column("at", _TIME, "when the page was looked at (UTC)"),
    _column("page", _TEXT, "kind of the page"),
    _column("url", _TEXT, "its address"),
    _column("title", _TEXT, "its title"),
    _column("action", _TEXT, "click, type_and_submit or terminate"),
    _column("name", _TEXT, "of the thing that was acted on; missing for terminate", missing=True),
    _column("text", _TEXT, "what was typed; missing where nothing was", missing=True),
    _column("rationale", _TEXT, "the thought before the action"),
    _column("themes", _TEXTS, "ids of the themes of the thought"),
    _column("accepted", pa.bool_(), "whether the action could be done"),
    _column("outcome", _TEXT, "what came of it, in words"),
    _column("url_after", _TEXT, "address of the page afterwards"),
    _column("repeat", pa.bool_(), "an earlier step did the same on the same page address"),
    _column("zero_results", pa.bool_(), "its page says that there are no products to show"),
    _column("prompt_tokens", _TOKENS, "tokens of the prompt"),
    _column("cached_tokens", _TOKENS, "of these, found in the server's cache", missing=True),
    _column("completion_tokens", _TOKENS, "tokens said"),
    _column("attempts", _COUNT, "requests to the model that were needed"),
    _column("observe_seconds", _SECONDS, "looking at the page"),
    _column("decide_seconds", _SECONDS, "deciding"),
    _column("perform_seconds", _SECONDS, "acting"),
])  # fmt: skip
"""Of `steps.parquet`, one row a step of the sessions that are done."""
