"""Many sessions put before a teacher at once, each answer kept as it comes."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agent.chat import ChatServer
from agent.errors import ModelFault, UserError
from agent.language_model import UnreadableReply
from agent.prompts import Context, Message
from learn.rationales.answers import Answer, Answers, digest_of
from learn.rationales.journey import Ask, asks
from learn.session import Session

TRIES = 3
"""Requests for one answer: the first, and repairs of what could not be read."""

PATIENCE = 5
"""Faults of the server in a row after which it is taken for gone."""


@dataclass(frozen=True, slots=True)
class Teacher:
    """Who is asked.

    Attributes:
        name: the model's name on its server; what its answers are known by, wherever it is served.
        context: what it can read and say together.
        temperature: of its sampling.
        seed: of its sampling.
        examples: sessions that were thought aloud, to show it; none: the built-in ones.
        replace: whether it is also asked about turns that have a rationale.
    """

    name: str
    context: Context
    temperature: float = 0.7
    seed: int = 0
    examples: tuple[Session, ...] = ()
    replace: bool = False

    @property
    def mark(self) -> str:
        """Who wrote the rationale, as sessions say it."""
        return f"teacher {self.name}"


@dataclass(slots=True)
class Cost:
    """What answers cost.

    Attributes:
        answers: how many.
        requests: that they took, repairs and unreadable replies included.
        prompt_tokens, completion_tokens: of these requests, as the server counts.
        seconds: that the requests took, one after the other.
    """

    answers: int = 0
    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    def add(self, answer: Answer) -> None:
        """One more answer."""
        self.answers += 1
        self.spend(answer.requests, answer.prompt_tokens, answer.completion_tokens, answer.seconds)

    def spend(self, requests: int, prompt_tokens: int, completion_tokens: int, seconds: float) -> None:
        """Requests, whatever came of them."""
        self.requests += requests
        self.prompt_tokens += prompt_tokens
        self.completion_tokens += completion_tokens
        self.seconds += seconds

    def money(self, price_in: float, price_out: float) -> float:
        """At prices for a million tokens of prompts and of replies."""
        return (self.prompt_tokens * price_in + self.completion_tokens * price_out) / 1e6


@dataclass(frozen=True, slots=True)
class Failure:
    """A session that got no rationales, and why."""

    session: str
    reason: str

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.session}: {self.reason}"


@dataclass(slots=True)
class Taught:
    """What came of it.

    Attributes:
        sessions: those that got their rationales, in their order.
        failures: the others.
        asked: what was asked now, failures included.
        known: what was answered before, and what it cost then.
    """

    sessions: list[Session] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    asked: Cost = field(default_factory=Cost)
    known: Cost = field(default_factory=Cost)


async def teach(
    sessions: Sequence[Session],
    teacher: Teacher,
    server: ChatServer,
    answers: Answers,
    *,
    parallel: int,
    on_done: Callable[[Taught], None],
) -> Taught:
    """Asks a teacher for the rationales of sessions.

    Args:
        sessions: what was seen and done.
        teacher: who is asked.
        server: where.
        answers: those that are known, to which each new one is added at once.
        parallel: sessions that are asked about at the same time.
        on_done: told after each session.

    Raises:
        UserError: the server fails again and again, or an answer cannot be kept.
    """
    lesson = _Lesson(teacher, server, answers)
    waiting = iter(enumerate(sessions))
    done: dict[int, Session] = {}

    async def work() -> None:
        for place, session in waiting:
            told = await lesson.give(session)
            if told is not None:
                done[place] = told
            on_done(lesson.taught)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(parallel):
                group.create_task(work())
    except ExceptionGroup as group_error:
        first, rest = group_error.split(UserError)
        if first is None or rest is not None:
            raise
        raise _leaf(first) from group_error
    lesson.taught.sessions = [done[place] for place in sorted(done)]
    return lesson.taught


def _leaf(group: BaseException) -> BaseException:
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group


class _Lesson:
    """One teacher, the answers so far, and what went wrong."""

    def __init__(self, teacher: Teacher, server: ChatServer, answers: Answers) -> None:
        self.taught = Taught()
        self._teacher = teacher
        self._server = server
        self._answers = answers
        self._faults = 0
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def give(self, session: Session) -> Session | None:
        """The session with its rationales; None where it got none."""
        teacher = self._teacher
        said = [""] * len(session.turns)
        try:
            for ask in asks(session, teacher.context, examples=teacher.examples, replace=teacher.replace):
                reply = await self._reply(ask)
                for place, rationale in ask.rationales(reply).items():
                    said[place] = rationale
        except UnreadableReply as problem:
            self.taught.failures.append(Failure(session.key, f"the reply could not be read: {problem}"))
        except ModelFault as fault:
            self.taught.failures.append(Failure(session.key, str(fault)))
            self._faults += 1
            if self._faults >= PATIENCE:
                raise UserError(
                    f"{fault} ({PATIENCE} requests failed one after the other). All answers so far are kept: "
                    "the same command goes on from here"
                ) from fault
        else:
            return session.with_rationales(said, by=teacher.mark)
        return None

    async def _reply(self, ask: Ask) -> str:
        """A reply that can be read: the one that is known, or a new one."""
        digest = digest_of(self._teacher.name, ask, self._teacher.temperature, self._teacher.seed)
        async with self._asking[digest]:  # people's short journeys are often the same to the letter
            known = self._answers.known(digest)
            if known is not None and _readable(ask, known.reply):
                self.taught.known.add(known)
                return known.reply
            answer = await self._ask(ask)
            self._answers.keep(digest, answer)
            self.taught.asked.answers += 1
            return answer.reply

    async def _ask(self, ask: Ask) -> Answer:
        messages = list(ask.messages)
        spent = Cost()
        try:
            for attempt in range(TRIES):
                reply = await self._request(ask, messages, attempt, spent)
                self._faults = 0
                try:
                    ask.rationales(reply)
                except UnreadableReply as problem:
                    if attempt == TRIES - 1:
                        raise
                    messages = _with_complaint(ask.messages, str(problem))
                else:
                    return Answer(
                        teacher=self._teacher.name,
                        reply=reply,
                        requests=spent.requests,
                        prompt_tokens=spent.prompt_tokens,
                        completion_tokens=spent.completion_tokens,
                        seconds=round(spent.seconds, 3),
                    )
            raise AssertionError("the last try returns or raises")
        finally:
            self.taught.asked.spend(
                spent.requests, spent.prompt_tokens, spent.completion_tokens, spent.seconds
            )

    async def _request(self, ask: Ask, messages: list[Message], attempt: int, spent: Cost) -> str:
        started = time.monotonic()
        spent.requests += 1
        try:
            completion = await self._server.complete(
                self._teacher.name,
                messages,
                schema=ask.schema,
                temperature=self._teacher.temperature,
                seed=self._teacher.seed * 1_000_003 + attempt,
                max_tokens=ask.reply_tokens,
            )
        finally:
            spent.seconds += time.monotonic() - started
        spent.prompt_tokens += completion.usage.prompt_tokens
        spent.completion_tokens += completion.usage.completion_tokens
        return completion.text


def _readable(ask: Ask, reply: str) -> bool:
    try:
        ask.rationales(reply)
    except UnreadableReply:
        return False
    return True


def _with_complaint(messages: Sequence[Message], problem: str) -> list[Message]:
    """The same request, and what was wrong with the last reply; the reply itself might not fit any more."""
    told = f"Your last answer could not be read: {problem}. Answer with one JSON object and nothing else."
    return [*messages[:-1], Message(role="user", content=f"{messages[-1].content}\n\n{told}")]
