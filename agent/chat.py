"""HTTP to a model: any OpenAI-compatible chat server, vLLM first of all.

All that can go wrong on the wire is mapped here, once, to a `ModelFault` that says what to do.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx
from httpx_retries import Retry, RetryTransport
from pydantic import BaseModel, ConfigDict, ValidationError

from agent.errors import ModelBusy, ModelFault, ModelUnreachable
from agent.prompts import Message
from agent.session import Usage

Reply = TypeVar("Reply", bound=BaseModel)

METRICS: Final = "/../metrics"
"""Where vLLM tells of itself: beside its `/v1`."""

BUSY: Final = frozenset({429, 502, 503, 504})
"""What a server answers that has too much to do, or whose proxy finds it so."""

RETRY: Final = Retry(
    total=2,
    allowed_methods=["GET", "POST"],  # asking a model twice does no harm
    retry_on_exceptions=[httpx.NetworkError, httpx.RemoteProtocolError],
    status_forcelist=sorted(BUSY),
    backoff_factor=0.25,
    total_timeout=30.0,
)
"""A server that is busy, or breaks off, is asked again twice."""

NOT_UNDERSTOOD: Final = frozenset({400, 404, 415, 422, 501})
"""What servers answer to a request for structured output that they do not know."""


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model that a server offers, and the tokens that prompt and reply may have together if it says so."""

    name: str
    context: int | None


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model said, whether it came to an end by itself, and what it cost.

    Attributes:
        log_probability: of all that was said, natural logarithm; None where it was not asked for, or the
            server does not say.
    """

    text: str
    finished: bool
    usage: Usage
    log_probability: float | None = None


class ChatServer:
    """A connection to one server, for one model.

    Args:
        url: base address, with or without the `/v1` at its end.
        api_key: sent as a bearer token where there is one.
        timeout: seconds until an answer must be complete.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        timeout: float = 300.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        base = url.rstrip("/")
        self.url = base if base.endswith("/v1") else f"{base}/v1"
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        limits = httpx.Timeout(timeout, connect=10.0)
        # With a transport of its own, httpx heeds no proxy of the environment: those know no loopback.
        patient = RetryTransport(transport or httpx.AsyncHTTPTransport(), RETRY)
        self._http = httpx.AsyncClient(headers=headers, timeout=limits, transport=patient)
        self._knows_schemas = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def models(self) -> list[ServedModel]:
        """The models that the server offers.

        Raises:
            ModelFault: the server cannot be reached, or does not speak this protocol.
        """
        reply = self._read(_ModelList, await self._send("GET", "/models"))
        return [ServedModel(entry.id, entry.max_model_len) for entry in reply.data]

    async def waiting(self) -> int | None:
        """Requests that the server has taken and not begun; None where it does not say (vLLM does).

        Raises:
            ModelFault: the server cannot be reached.
        """
        response = await self._send("GET", METRICS)
        found = WAITING.findall(response.text) if response.is_success else []
        return round(sum(map(float, found))) if found else None

    async def complete(
        self,
        model: str,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any],
        temperature: float,
        seed: int,
        max_tokens: int,
        log_probabilities: bool = False,
    ) -> Completion:
        """One reply, confined to the schema where the server can.

        A server that refuses a request with a schema, and takes the same request without it, is taken for
        one that knows no structured output, and is not asked for it again.

        Raises:
            ModelFault: no reply is to be had.
        """
        request: dict[str, Any] = {
            "model": model,
            "messages": [message.model_dump() for message in messages],
            "temperature": temperature,
            "seed": seed,
            "max_tokens": max_tokens,
            **({"logprobs": True} if log_probabilities else {}),
        }
        confined = request | {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "decision", "strict": True, "schema": schema},
            }
        }
        response = await self._send("POST", "/chat/completions", confined if self._knows_schemas else request)
        if self._knows_schemas and response.status_code in NOT_UNDERSTOOD:
            plain = await self._send("POST", "/chat/completions", request)
            if plain.is_success:
                self._knows_schemas = False
                response = plain
        reply = self._read(_ChatReply, response)
        if not reply.choices:
            raise ModelFault(f"the model server at {self.url} answered without any choice")
        choice = reply.choices[0]
        usage = reply.usage or _TokenCounts()
        cached = usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else None
        return Completion(
            text=choice.message.content or "",
            finished=choice.finish_reason != "length",
            usage=Usage(
                prompt_tokens=usage.prompt_tokens,
                cached_tokens=cached,
                completion_tokens=usage.completion_tokens,
            ),
            log_probability=choice.logprobs.total() if choice.logprobs else None,
        )

    async def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """The server's answer, whatever its status."""
        try:
            return await self._http.request(method, self.url + path, json=body)
        except httpx.TimeoutException as error:
            raise ModelBusy(
                f"the model server at {self.url} did not answer in time ({type(error).__name__}): "
                "is it overloaded?"
            ) from error
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise ModelUnreachable(
                f"the model server at {self.url} cannot be reached or broke off "
                f"({type(error).__name__}: {error}): is it running there?"
            ) from error

    def _read(self, shape: type[Reply], response: httpx.Response) -> Reply:
        """The body in that shape."""
        if not response.is_success:
            kind = ModelBusy if response.status_code in BUSY else ModelFault
            raise kind(
                f"the model server at {self.url} answered {response.status_code}: {_complaint(response)}"
            )
        try:
            return shape.model_validate_json(response.content)
        except ValidationError as error:
            raise ModelFault(
                f"the model server at {self.url} does not answer as an OpenAI-compatible server does: "
                f"{response.text[:80]!r}"
            ) from error


WAITING: Final = re.compile(r"^vllm:num_requests_waiting(?:\{[^}]*\})? ([0-9.eE+]+)$", re.MULTILINE)
"""vLLM's own count, in the text format of Prometheus; one line a model."""


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _ModelEntry(_Loose):
    id: str
    max_model_len: int | None = None


class _ModelList(_Loose):
    data: list[_ModelEntry]


class _CacheCounts(_Loose):
    cached_tokens: int | None = None


class _TokenCounts(_Loose):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _CacheCounts | None = None


class _Said(_Loose):
    content: str | None = None


class _TokenLogProbability(_Loose):
    logprob: float


class _LogProbabilities(_Loose):
    content: list[_TokenLogProbability] | None = None

    def total(self) -> float | None:
        return None if self.content is None else sum(token.logprob for token in self.content)


class _ChatChoice(_Loose):
    message: _Said
    finish_reason: str | None = None
    logprobs: _LogProbabilities | None = None


class _ChatReply(_Loose):
    choices: list[_ChatChoice]
    usage: _TokenCounts | None = None


def _complaint(response: httpx.Response) -> str:
    """What the server says is wrong, in one line."""
    try:
        body = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        body = response.text
    if isinstance(body, dict):
        body = body.get("error", body)
        if isinstance(body, dict):
            body = body.get("message", body)
    return " ".join(str(body).split())[:300] or response.reason_phrase
