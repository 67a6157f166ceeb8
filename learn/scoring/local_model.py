"""A model folder on this machine, asked for its probabilities; what it answered once is kept on disk.

The model runs in the model environment (`score_choices.py`), spoken to over its standard input and output.
Each answer is kept in the user's cache as it comes, by the digest of the model and of all that the answer
depends on: the same ask is never computed twice, whoever asks, and what a killed run had found is there.
"""

import hashlib
import json
import subprocess
import time
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import IO, Any

import numpy as np

from agent.errors import UserError
from agent.messages import Context, Message
from agent.model import base_dir, talk_of, token_counter
from agent.model.cache import TELL_EVERY, Progress, cache_dir
from agent.model.environment import prepare_environment
from agent.model.hardware import available_memory, usable_cpus
from agent.model.logged import last_words
from agent.model.weights import ADAPTER_FILES, CONTEXT_TOKENS, script_environment

TAIL = 0.02
"""Share of the probability that may stay unread at a moment; spread over what it could belong to."""

FEWEST = 4
"""Chats at least for a process of its own: one thread in each is a third faster than several in one."""

PROCESS_BYTES = 2 * 10**9
"""Memory of a process with a small model (measured for SmolLM2-135M: 1.1 GB) and what it reads."""

REPLY_TOKENS = 448
"""Room for a reply and the template, taken off the context, as for the rows that a model is trained on."""


@dataclass(frozen=True, slots=True)
class Weigh:
    """How likely is each choice as the content of a message?

    Attributes:
        at: the message's place in its chat.
        choices: contents, none the beginning of another.
    """

    at: int
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """What does the model say, each token the likeliest?

    Attributes:
        at: place of the message in its chat.
        prefix: what it begins with.
        until: `quote`, the end of a JSON string, or `end`, of the message.
        most: tokens.
    """

    at: int
    prefix: str
    until: str
    most: int


@dataclass(frozen=True, slots=True)
class Think(Say):
    """What does the model say, where it has to say something?

    Attributes:
        least: tokens that it says before it may come to an end.
    """

    least: int = 1


@dataclass(frozen=True, slots=True)
class Draw(Say):
    """What might the model say, each token drawn?

    Attributes:
        draws: how many texts; they are the same ones whenever they are asked for.
        temperature: below 1, what is likely is drawn more often than the model holds it.
    """

    draws: int
    temperature: float = 1.0


Ask = Weigh | Say
Answer = list[float] | str | list[str]
"""Log-probabilities to a `Weigh`, text to a `Say`, texts to a `Draw`."""


@dataclass(frozen=True, slots=True)
class Chat:
    """Messages, and what is asked about them.

    Attributes:
        messages: whole; each ask sees what stands before its own.
        asks: at places of the assistant's messages.
        tokens: about how many it has.
    """

    messages: tuple[Message, ...]
    asks: tuple[Ask, ...]
    tokens: int


@dataclass(frozen=True, slots=True)
class Weights:
    """Where a model's weights are.

    Attributes:
        folder: of the whole model.
        adapter: of what is added to it, if anything.
        named: the folder that was asked for: one of the two.
    """

    folder: Path
    adapter: Path | None
    named: Path

    @classmethod
    def of(cls, folder: Path) -> "Weights":
        """The weights in a model folder, or in the folder of a LoRA adapter.

        Raises:
            UserError: it is neither, or the model that an adapter belongs to is not there.
        """
        settings = folder / ADAPTER_FILES[0]
        if not settings.is_file():
            if not (folder / "config.json").is_file():
                raise UserError(f"{folder} holds no model: it has neither config.json nor {settings.name}")
            return cls(folder, None, folder)
        try:
            named = Path(str(json.loads(settings.read_bytes())["base_model_name_or_path"]))
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(f"{settings} does not name the model that it was trained on") from error
        base = named if named.is_dir() else base_dir()
        if base is None:
            raise UserError(
                f"{folder} is an adapter of {named}, which is not there; run `simagent model prepare`"
            )
        return cls(base, folder, folder)

    def digest(self) -> str:
        """Of all that its answers depend on."""
        whole = hashlib.sha256()
        for folder in (self.folder, self.adapter):
            for path in sorted(folder.iterdir()) if folder is not None else ():
                if path.suffix in {".safetensors", ".bin", ".jinja"} or path.name in _SETTINGS:
                    with path.open("rb") as file:
                        whole.update(hashlib.file_digest(file, "sha256").digest())
        return whole.hexdigest()[:16]


_SETTINGS = {"config.json", "tokenizer.json", "tokenizer_config.json", ADAPTER_FILES[0]}


class _Script:
    """The running model; it ends with whoever started it, since its standard input ends then.

    Args:
        python: of the model environment.
        weights: of the model.
        threads: that it may use.
        log: where it says what is wrong.
    """

    def __init__(self, python: Path, weights: Weights, threads: int, log: Path) -> None:
        self._log = log
        script = Path(__file__).with_name("score_choices.py")
        adapter = [weights.adapter] if weights.adapter else []
        with log.open("ab") as sink:
            process = subprocess.Popen(
                [python, script, weights.folder, *adapter],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                env={**script_environment(with_siblings=True), "OMP_NUM_THREADS": str(threads)},
                # Ctrl-C is for whoever started it, who ends it.
                start_new_session=True,
            )
        assert process.stdin is not None
        assert process.stdout is not None
        self._into, self._out = process.stdin, process.stdout
        self.close = weakref.finalize(self, _end, process)

    def wait(self) -> None:
        """Until the model is loaded.

        Raises:
            UserError: it cannot be run.
        """
        _answer(self._out, self._log)

    def ask(self, request: dict[str, Any]) -> list[Any]:
        """The answers to a request."""
        with suppress(BrokenPipeError):  # reading says why
            self._into.write(json.dumps(request).encode() + b"\n")
            self._into.flush()
        answers: list[Any] = _answer(self._out, self._log)["answers"]
        return answers


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdout, process.stdin):
        assert pipe is not None
        with suppress(BrokenPipeError):
            pipe.close()


class LocalModel:
    """A model that is asked in bulk.

    Args:
        folder: of a model, or of a LoRA adapter.
        progress: told what takes long, and how long yet.

    Raises:
        UserError: the folder holds no model.
    """

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._weights = Weights.of(folder)
        self._progress = progress
        self._scripts: list[_Script] = []
        self._busy = Lock()
        self._kept = KeptAnswers(cache_dir() / "scores" / f"{self._weights.digest()}.jsonl")
        talk = talk_of(folder)
        self.context = Context(
            tokens=talk.within(CONTEXT_TOKENS - REPLY_TOKENS),
            count=token_counter(self._weights.folder),
            style=talk.style,
        )

    def close(self) -> None:
        """Ends the model's processes; they are started again when it is asked again."""
        for script in self._scripts:
            script.close()
        self._scripts = []

    @property
    def folder(self) -> Path:
        """The folder that was named."""
        return self._weights.named

    def answers(self, chats: Sequence[Chat], what: str) -> list[list[Answer]]:
        """The answers to all asks of all chats, in their order.

        Args:
            chats: in any order; they are read in the best one.
            what: is done here, for people who wait.

        Raises:
            UserError: the model cannot be run.
        """
        digests = [_digests(chat) for chat in chats]
        with self._busy:
            self._compute(list(zip(chats, digests, strict=True)), what)
        return [[self._kept.answers[digest] for digest in each] for each in digests]

    def _compute(self, chats: list[tuple[Chat, list[str]]], what: str) -> None:
        # Chats that begin alike stand together: what they share is read once.
        chats = sorted(chats, key=lambda pair: [message.content for message in pair[0].messages])
        waiting = [pair for pair in chats if any(digest not in self._kept.answers for digest in pair[1])]
        if not waiting:
            return
        most = max(len(self._scripts), _most_processes())
        shares = _even_shares(waiting, min(most, max(1, len(waiting) // FEWEST)))
        if len(self._scripts) != len(shares):
            self.close()
            self._start(len(shares))
        done = _Done(what, len(waiting), sum(chat.tokens for chat, _ in waiting), self._progress)
        with ThreadPoolExecutor(len(shares)) as pool:
            pairs = zip(self._scripts, shares, strict=True)
            working = [pool.submit(self._share, script, share, done) for script, share in pairs]
            try:
                for each in working:
                    each.result()
            except BaseException:  # an answer may be under way that belongs to nothing any more
                self.close()
                raise

    def _start(self, count: int) -> None:
        """So many processes, which load the model side by side."""
        python = prepare_environment(self._progress)
        log = cache_dir() / "logs" / "score_choices.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        self._progress(f"loading the model {self._weights.named}")
        threads = max(1, len(usable_cpus()) // count)
        self._scripts = [_Script(python, self._weights, threads, log) for _ in range(count)]
        try:
            for script in self._scripts:
                script.wait()
        except BaseException:
            self.close()
            raise

    def _share(self, script: _Script, waiting: Sequence[tuple[Chat, list[str]]], done: "_Done") -> None:
        for chat, digests in waiting:
            self._one(script, chat, digests)
            done.count(chat.tokens)

    def _one(self, script: _Script, chat: Chat, digests: list[str]) -> None:
        pairs = zip(digests, chat.asks, strict=True)
        open_asks = {digest: one for digest, one in pairs if digest not in self._kept.answers}
        if not open_asks:  # another chat asked the same
            return
        request = {
            "messages": [message.model_dump() for message in chat.messages],
            "asks": [asdict(one) for one in open_asks.values()],
            "tail": TAIL,
            "confined": True,
        }
        found = script.ask(request)
        self._kept.keep(
            (digest, next(iter(one.values()))) for digest, one in zip(open_asks, found, strict=True)
        )


class KeptAnswers:
    """Answers by digest in a file of JSON Lines that only grows, each line whole before it counts.

    Args:
        path: the file; need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self.answers: dict[str, Answer] = {}
        try:
            lines = path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        for line in lines:
            try:
                digest, answer = json.loads(line)
            except ValueError:  # broken off by a kill: it is computed again
                continue
            self.answers[digest] = answer

    def keep(self, found: "Iterator[tuple[str, Answer]]") -> None:
        """Puts answers down.

        Raises:
            UserError: they cannot be written.
        """
        with self._lock:
            self._keep(dict(found))

    def _keep(self, new: dict[str, Answer]) -> None:
        # A line break first: the line before may have been broken off.
        text = "".join(f"\n{json.dumps(pair)}" for pair in new.items()) + "\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                file.write(text.encode())
        except OSError as error:
            raise UserError(f"{self._path} cannot be written: {error.strerror or error}") from error
        self.answers.update(new)


class _Done:
    """How much is done of what several threads do.

    Args:
        what: is done.
        chats: in all.
        tokens: in all.
        progress: told now and then.
    """

    def __init__(self, what: str, chats: int, tokens: int, progress: Progress) -> None:
        self._what, self._chats, self._tokens, self._progress = what, chats, tokens, progress
        self._lock = Lock()
        self._read = self._made = 0
        self._started = self._told = time.monotonic()

    def count(self, tokens: int) -> None:
        """One more chat is done."""
        with self._lock:
            self._made += 1
            self._read += tokens
            if time.monotonic() - self._told > TELL_EVERY:
                self._told = time.monotonic()
                left = (self._told - self._started) * (self._tokens - self._read) / self._read
                self._progress(f"{self._what}: {self._made:,} of {self._chats:,}, {_minutes(left)} left")


def _most_processes() -> int:
    """One a core, as far as there is memory for them."""
    return max(1, min(len(usable_cpus()), available_memory() // PROCESS_BYTES))


def _even_shares(
    chats: Sequence[tuple[Chat, list[str]]], count: int
) -> list[Sequence[tuple[Chat, list[str]]]]:
    """The chats in their order, cut into so many shares of about the same work each."""
    work = np.cumsum([chat.tokens for chat, _ in chats])
    cuts = np.searchsorted(work, work[-1] * np.arange(1, count) / count)
    edges = [0, *cuts.tolist(), len(chats)]
    return [chats[start:end] for start, end in pairwise(edges)]


def _digests(chat: Chat) -> list[str]:
    """Of each ask: what stands before it, and what is asked."""
    running = hashlib.sha256()
    before = []
    for message in chat.messages:
        before.append(running.copy())
        running.update(json.dumps([message.role, message.content]).encode())
    found = []
    for ask in chat.asks:
        own = before[ask.at].copy()
        own.update(json.dumps([TAIL, asdict(ask)], sort_keys=True).encode())
        found.append(own.hexdigest()[:32])
    return found


def _answer(out: IO[bytes], log: Path) -> dict[str, Any]:
    line = out.readline()
    if not line:
        raise UserError(f"the model could not be run\n{last_words(log)}\nall that it said: {log}")
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        raise UserError(f"the model cannot be asked: {answer['error']}")
    return answer


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
