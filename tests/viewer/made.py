"""Made-up recordings, written as real ones are, and studies of them."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from agent.actions import Action, Click, Decision, Terminate, TypeAndSubmit
from agent.page_view import PageView
from agent.persona import Persona, load_persona
from agent.recording import Header, Recorder
from agent.session import Box, Ending, EndingKind, Outcome, Step, Timing, Touch
from simplify import Observation
from study.file import StudyFile
from study.folder import begin
from study.ledger import Ledger, Ran
from study.plan import Planned, plan
from study.resolved import Resolved

BEGAN = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SITE = "http://127.0.0.1:46111"
WINDOW = (1280, 800)
CART = Click(name="cart")
AT_CART = Box(x=1000, y=20, width=120, height=40)


@dataclass(frozen=True)
class Made:
    """One step that was made up: where, what was thought, what was done, what came of it."""

    path: str = "/"
    title: str = "Larkfield Market"
    rationale: str = "I type what I need."
    action: Action = CART
    observation: str = '<title>Larkfield Market</title>\n<a name="cart">Cart 0</a>\n<p>Best sellers</p>\n'
    html: str = "<html><body><p>Best sellers</p></body></html>"
    accepted: bool = True
    message: str = 'The page "Cart" opened.'
    box: Box | None = AT_CART
    scrolled: bool = False


VISIT = (
    Made(
        action=TypeAndSubmit(name="search_the_shop", text="kettle"),
        rationale="I came for a kettle, so I search for one.",
        observation="<title>Larkfield Market</title>\n"
        '<form role="search"><input name="search_the_shop"/> <button name="search"/></form>\n'
        '<p>Best sellers</p>\n<a name="cart">Cart 0</a>\n',
        message='The page "Results for kettle" opened.',
        box=Box(x=300, y=20, width=400, height=40),
    ),
    Made(
        "/search?q=kettle",
        "Results for kettle",
        "The delivery is too dear, but this one looks good.",
        Click(name="brindle_kettle"),
        '<h1>Results</h1>\n<ol><li><a name="brindle_kettle">Brindle Kettle</a> $34.50</ol>\n',
        box=Box(x=60, y=300, width=200, height=260),
        scrolled=True,
    ),
    Made(
        "/product/brindle",
        "Brindle Kettle",
        "It is disabled, how annoying.",
        Click(name="add_to_cart"),
        '<h1>Brindle Kettle</h1>\n<button name="add_to_cart">Add to cart</button>\n',
        accepted=False,
        message='"Add to cart" is disabled.',
    ),
    Made("/product/brindle", "Brindle Kettle", "I have had enough.", Terminate(), box=None),
)


def picture(text: str, size: tuple[int, int] = WINDOW, quality: int = 60) -> bytes:
    """A JPEG of a page."""
    image = Image.new("RGB", size, "#faf8f4")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0], 60), fill="#1d5c4f")
    draw.text((40, 20), text.encode("ascii", "replace").decode(), fill="white")
    for place in range(4):
        draw.rectangle((60 + 290 * place, 300, 310 + 290 * place, 560), fill="#d8d4c8")
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality)
    return written.getvalue()


def record(
    folder: Path,
    steps: Sequence[Made] = VISIT,
    ended: EndingKind | None = EndingKind.LEFT,
    *,
    persona: str | Persona = "maya",
    intent: str | None = None,
    settings: Mapping[str, Any] | None = None,
    began: datetime = BEGAN,
    pictures: bool = True,
) -> Path:
    """Writes a recording; without an ending, it is left as a running session leaves it."""
    who = load_persona(persona) if isinstance(persona, str) else persona
    recorder = Recorder(folder, _header(who, intent or who.intent, settings or {}, began))
    for place, made in enumerate(steps, start=1):
        append(recorder, place, made, began, pictures=pictures)
    if ended is not None:
        at = began + timedelta(seconds=4 * len(steps) + 2)
        ending = Ending(kind=ended, message="The shopper left without buying.", at=at)
        recorder.end(ending, len(steps), None)
    recorder.close()
    return folder


def _header(persona: Persona, intent: str, settings: Mapping[str, Any], began: datetime) -> Header:
    return Header(
        version="0.1.0",
        started=began,
        persona=persona,
        intent=intent,
        site=SITE,
        policy={"kind": "language model", "model": "scripted"},
        seed=7,
        settings=dict(settings),
    )


def append(
    recorder: Recorder, place: int, made: Made, began: datetime = BEGAN, *, pictures: bool = True
) -> None:
    """Writes one more step."""
    touch = None
    if made.box is not None and made.accepted:
        middle = (made.box.x + made.box.width / 2, made.box.y + made.box.height / 2)
        touched = picture(f"{made.title}, scrolled") if made.scrolled and pictures else None
        touch = Touch(
            x=middle[0], y=middle[1], box=made.box, window=WINDOW, scrolled=made.scrolled, picture=touched
        )
    step = Step(
        index=place,
        at=began + timedelta(seconds=4 * place - 3),
        url=f"{SITE}{made.path}",
        title=made.title,
        observation=made.observation,
        decision=Decision(rationale=made.rationale, action=made.action),
        outcome=Outcome(accepted=made.accepted, message=made.message, url=f"{SITE}{made.path}", touch=touch),
        timing=Timing(observe=0.2, decide=1.5, perform=0.4),
    )
    observation = Observation(html=made.observation, url=step.url, title=made.title, targets={}, notes=())
    seen = picture(made.title) if pictures else None
    recorder.append(step, PageView(observation, made.html, seen))


def goes_on(folder: Path, persona: str = "maya") -> Recorder:
    """A session that has begun, and its recorder, to go on with."""
    who = load_persona(persona)
    return Recorder(folder, _header(who, who.intent, {}, BEGAN))


def write_study(folder: Path, *, running: bool = False) -> Path:
    """A study of two arms and six sessions; one that is running has run four of them."""
    resolved = Resolved(
        version="0.1.0",
        study=StudyFile.model_validate(
            {
                "study": "reviews-hidden",
                "question": "Do shoppers buy less when reviews are hidden?",
                "personas": ["maya", "arjun", "grace"],
                "arms": {"control": {}, "reviews-hidden": {"set": {"reviews": "hidden"}}},
            }
        ),
        personas=tuple(load_persona(name) for name in ("maya", "arjun", "grace")),
        intents=tuple((load_persona(name).intent,) for name in ("maya", "arjun", "grace")),
        decisions={},
    )
    begin(folder, resolved, resume=False)
    planned = plan(resolved)
    with Ledger(folder) as ledger:
        ledger.enter(planned)
        for each in planned[: 4 if running else None]:
            run_session(folder, ledger, each)
        if running:
            ledger.begin(planned[4].key)
    return folder


def run_session(folder: Path, ledger: Ledger, planned: Planned) -> None:
    """Does one session of a study: in the control they come further."""
    in_control = planned.arm == "control"
    steps = VISIT if in_control else (VISIT[0], replace(VISIT[3], path="/search?q=kettle"))
    settings = {"study": "reviews-hidden", "session": planned.key, "arm": {"name": planned.arm, "set": {}}}
    began = BEGAN + timedelta(minutes=planned.number)
    ended = EndingKind.STUCK if in_control else EndingKind.LEFT
    ledger.begin(planned.key)
    record(
        folder / "sessions" / planned.key,
        steps,
        ended,
        persona=planned.persona,
        settings=settings,
        began=began,
    )
    ledger.done(planned.key, Ran(began, began + timedelta(seconds=18), ended, "It ended.", len(steps)))


def write_raw(folder: Path, *lines: object, cut: str = "") -> Path:
    """Writes a journal line by line as it is given: texts as they are, other values as JSON."""
    folder.mkdir(parents=True)
    told = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    (folder / "session.jsonl").write_text(told + cut, encoding="utf-8", errors="surrogatepass")
    return folder
