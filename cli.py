"""The command `simagent`: parse, build the parts, call one function, print.

Parts that are heavy to load (the browser, the shop's web server) are imported by the command that needs them,
so that `simagent personas` answers at once.
"""

import asyncio
import errno
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from agent.actions import in_words
from agent.errors import SimagentError, UserError
from agent.persona import Persona, bundled_personas, load_persona
from agent.recording import put_beside, refuse_unwritable, told_stopped
from agent.session import Ending, EndingKind, Step, Totals
from agent.terminal import Terminal
from agent.trace import UNMASKED
from learn.align.commands import align
from learn.calibration.commands import calibrate
from learn.commands import data_app, evaluate
from learn.rationales.commands import rationales
from learn.rationales.score_command import rationales_score
from learn.training.commands import train
from replay.commands import recordings_app, replay
from sandbox_shop import Design, ShopError, ShopSettings, json_lines, running_shop, serve, switches
from study.commands import batch, study_app
from study.interview.commands import interview
from viewer.commands import view

if TYPE_CHECKING:
    from agent.browser import Device, Terms
    from agent.language_model import Thinning

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Simulated shoppers that act like real ones, in a real browser.",
)
model_app = typer.Typer(no_args_is_help=True, help="The model's weights and its server on this machine.")
app.add_typer(model_app, name="model")
app.add_typer(data_app, name="data")
app.command()(evaluate)
app.command()(train)
data_app.command()(rationales)
data_app.command(name="rationales-score")(rationales_score)
app.command()(align)
app.command()(calibrate)
app.command()(batch)
app.command()(interview)
app.command()(replay)
app.command()(view)
app.add_typer(recordings_app, name="recordings")
app.add_typer(study_app, name="study")

INTERRUPTED = 130
"""Exit code after Ctrl-C."""

NO_OUTPUT = frozenset({errno.EPIPE, errno.EIO, errno.ENOSPC})
"""What is said where standard output cannot be written to any more."""

LONGEST_URL = 200
"""Characters of an address that are printed."""

TEMPERATURE = 0.7
"""Of a model's sampling, where nobody says another: small models ramble above it."""

out = Terminal(highlight=False, soft_wrap=True)
err = Terminal(stderr=True, highlight=False, soft_wrap=True)


def main() -> None:
    """Runs the command. Whatever the user can mend is one line and exit 2; Ctrl-C exits 130.

    To be told to end, or that the terminal was closed, is as good as Ctrl-C: what was begun is finished and
    recorded. The exit code is then that of the signal (143, 129).
    """
    stopped = _stopped_by_signals()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal need not know all letters
    try:
        app()
    except (SimagentError, ShopError) as error:
        err.print(Text(f"simagent: {error}"))
        sys.exit(2)
    except OSError as error:
        if error.errno not in NO_OUTPUT or error.filename is not None:
            raise
        err.print(Text(f"simagent: nothing can be written any more ({error.strerror})"))
        sys.exit(2)
    except SystemExit as end:
        if stopped and end.code == INTERRUPTED:
            sys.exit(128 + stopped[0])
        raise


def _stopped_by_signals() -> list[int]:
    """Has the signals that end a program do what Ctrl-C does; those that are ignored stay so.

    Returns:
        Filled with the signals that came.
    """
    came: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        came.append(number)
        interrupt = signal.getsignal(signal.SIGINT)
        if not callable(interrupt):  # Ctrl-C is ignored here, and nobody waits for it
            raise SystemExit(128 + number)
        interrupt(number, frame)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, stop)
    return came


# Options that several commands share.
Catalogue = Annotated[
    str, typer.Option(help="What the sandbox shop sells: market, clothing2008, or a file of products.")
]
ShopSeed = Annotated[int, typer.Option(help="Seed of the sandbox shop: same seed, same shop, to the byte.")]
Switches = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="SWITCH=VALUE", help="A design switch of the sandbox shop; repeatable."),
]
Also = Annotated[
    list[str] | None,
    typer.Option(
        help="Host of another site that belongs to the shop: pay.example; repeatable.", metavar="HOST"
    ),
]
AllowPurchase = Annotated[
    str | None,
    typer.Option(
        help="Place real orders at this shop, whose host it is; else the last button ends the visit.",
        metavar="HOST",
    ),
]
RobotsTxt = Annotated[
    str, typer.Option(help="What to do with the site's robots.txt: obey or ignore.", metavar="obey|ignore")
]
Pause = Annotated[
    float | None,
    typer.Option(min=0.0, max=60.0, help="Seconds between two actions at a site; none: a polite one."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, for machines.")]


@app.command()
def run(
    persona: Annotated[str, typer.Option(help="Name of a bundled persona, or a YAML or JSON file.")],
    intent: Annotated[str | None, typer.Option(help="What the visit is for, in the shopper's words.")] = None,
    site: Annotated[str | None, typer.Option(help="Start page of a shop; none: the sandbox shop.")] = None,
    model: Annotated[str | None, typer.Option(help="The model's name on its server.")] = None,
    model_url: Annotated[
        str | None, typer.Option(help="An OpenAI-compatible server; none: the local one, started if need be.")
    ] = None,
    api_key: Annotated[
        str | None, typer.Option(envvar="SIMAGENT_API_KEY", help="For a model server that wants one.")
    ] = None,
    prompt: Annotated[
        str | None,
        typer.Option(
            help="How a model at --model-url is talked to: instructed, or taught (fine-tuned here)."
        ),
    ] = None,
    temperature: Annotated[
        float | None,
        typer.Option(min=0.0, max=2.0, help="Of the model's sampling; none: 0.7, or the calibration's."),
    ] = None,
    calibration: Annotated[
        Path | None,
        typer.Option(help="Bring the model's rates to those of people.", metavar="FILE"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the shopper's choices.")] = 0,
    max_steps: Annotated[int, typer.Option(min=1, help="Most actions of the session.")] = 30,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser's window.")] = False,
    device: Annotated[
        str, typer.Option(help="desktop, phone, tablet, or persona: what the shopper has, and how it is set.")
    ] = "desktop",
    actions: Annotated[
        list[str] | None,
        typer.Option(
            "--action",
            help="Offer the model one more action: back, scroll, select, type or hover; repeatable.",
            metavar="ACTION",
        ),
    ] = None,
    also: Also = None,
    allow_purchase: AllowPurchase = None,
    robots: RobotsTxt = "obey",
    pause: Pause = None,
    login: Annotated[
        str | None,
        typer.Option(help="The shopper's account at the site, by its name.", metavar="NAME"),
    ] = None,
    logins: Annotated[
        Path | None,
        typer.Option(help="File of accounts; none: SIMAGENT_LOGIN_<NAME>_USER and ..._PASSWORD."),
    ] = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Keep Playwright's trace, too: trace.zip beside the recording.")
    ] = False,
    folder: Annotated[Path | None, typer.Option("--out", help="Folder of the recording.")] = None,
    catalogue: Catalogue = "market",
    shop_seed: ShopSeed = 0,
    chosen: Switches = None,
    as_json: Json = False,
) -> None:
    """Send one simulated shopper to a shop, and record the visit."""
    from agent.actions import offered
    from agent.browser import BrowserSettings
    from agent.loop import Limits
    from agent.visit import Visit, make_visit
    from study.models import model_from

    shopper = load_persona(persona)
    window = _window(device, shopper)
    try:
        offered_actions = offered(actions or ())
    except ValueError as error:
        raise UserError(f"--action: {error}") from error
    thinning, own_temperature = _calibration(calibration)
    temperature = own_temperature if temperature is None else temperature
    folder = folder or Path("recordings") / f"{datetime.now():%Y-%m-%dT%H%M%S}-{shopper.id}-{seed}"  # noqa: DTZ005
    refuse_unwritable(folder)
    narrator = Narrator(quiet=as_json)
    terms = _terms(site, also, allow_purchase, robots, pause, login, logins)
    with _destination(site, catalogue, shop_seed, chosen or []) as shop:
        served = model_from(
            model, model_url, api_key=api_key, temperature=temperature, prompt=prompt, tell=_tell
        )
        mind = replace(served if site is None else served.among_others(), actions=offered_actions)
        visit = Visit(
            persona=shopper,
            intent=intent or shopper.intent,
            site=shop.url,
            out=folder,
            seed=seed,
            limits=Limits(steps=max_steps),
            settings=shop.settings,
            terms=terms,
            device=window,
        )
        narrator.opening(visit.persona, visit.intent, visit.site, mind.name)
        settings = BrowserSettings(
            headed=headed,
            budget=mind.observation_budget,
            count_tokens=mind.count,
            trace=folder / UNMASKED if trace else None,
        )
        try:
            visited = asyncio.run(make_visit(visit, mind, settings, narrator.step, thinning))
        except (KeyboardInterrupt, SystemExit):
            narrator.stopped(folder)
            raise
        finally:
            shop.keep_books(folder)
    narrator.ending(visited.ending, visited.steps, folder)
    if as_json:
        print(json.dumps(_summary(visited.ending, visited.steps, folder), ensure_ascii=False))
    if visited.ending.kind is EndingKind.FAULT:
        why = visited.ending.message.rstrip(".")
        raise UserError(f"{why}; all that was recorded until then is in {folder}")


@app.command()
def record(
    participant: Annotated[
        str | None, typer.Option(help="The code under which you know the participant: P01.")
    ] = None,
    site: Annotated[str | None, typer.Option(help="Start page of a shop; none: the sandbox shop.")] = None,
    also: Also = None,
    intent: Annotated[
        str | None, typer.Option(help="What the participant was asked to do, in their words.")
    ] = None,
    persona: Annotated[
        str | None, typer.Option(help="A YAML or JSON file that describes the participant.")
    ] = None,
    ask: Annotated[
        int, typer.Option(min=0, help="Ask why after every so many actions; 0: never.", metavar="N")
    ] = 4,
    consent: Annotated[
        Path | None, typer.Option(help="Your own text to agree to; none: a plain one.", metavar="FILE")
    ] = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Folder of the recording.")] = None,
    no_review: Annotated[
        bool, typer.Option("--no-review", help="Do not show the participant at once what is stored.")
    ] = False,
    address: Annotated[
        str | None,
        typer.Option(
            "--browser",
            help="A browser that runs already: http://127.0.0.1:9222, or ws://...",
            metavar="ADDRESS",
        ),
    ] = None,
    earlier: Annotated[
        Path | None,
        typer.Option("--review", help="Only show what is stored of this recording.", metavar="FOLDER"),
    ] = None,
    catalogue: Catalogue = "market",
    shop_seed: ShopSeed = 0,
    chosen: Switches = None,
) -> None:
    """Record how a real person shops, as visits of simulated shoppers are recorded."""
    from agent.browser import BrowserSettings
    from learn.participants.commands import record_visit, review_recording
    from learn.participants.consent import consent_text
    from learn.participants.participation import Participation, persona_of

    if also and site is None:
        raise UserError("--also is for --site: the sandbox shop is in one place")
    settings = BrowserSettings(headed=True, address=address)
    if earlier is not None:
        review_recording(earlier, settings)
        return
    if participant is None:
        raise UserError("say who takes part: --participant P01, the code under which you know them")
    shopper = persona_of(participant, persona, intent)
    folder = folder or Path("recordings") / f"{datetime.now():%Y-%m-%dT%H%M%S}-{shopper.id}"  # noqa: DTZ005
    refuse_unwritable(folder)
    text = consent_text(consent)
    with _destination(site, catalogue, shop_seed, chosen or []) as shop:
        who = Participation(
            participant=participant,
            persona=shopper,
            intent=intent or shopper.intent,
            site=shop.url,
            out=folder,
            every=ask,
            consent=text,
            settings=shop.settings,
            also=tuple(also or ()),
        )
        attended = record_visit(who, settings, keep_books=shop.keep_books, reviewed=not no_review)
    if attended is not None and attended.ending.kind is EndingKind.FAULT:
        why = attended.ending.message.rstrip(".")
        raise UserError(f"{why}; all that was recorded until then is in {folder}")


@app.command()
def personas(as_json: Json = False) -> None:
    """List the personas that come along."""
    if as_json:
        print(json.dumps([persona.model_dump() for persona in bundled_personas()], ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("name", "who", "age", "patience", "comes for"):
        table.add_column(column, overflow="fold")
    for persona in bundled_personas():
        table.add_row(
            persona.id,
            f"{persona.name}, {persona.occupation}",
            str(persona.age),
            persona.patience,
            persona.intent,
        )
    Terminal(highlight=False).print(table)


@app.command()
def simplify(
    page: Annotated[str, typer.Argument(help="Address of a page, or an HTML file.", metavar="URL|FILE")],
    targets: Annotated[bool, typer.Option("--targets", help="List what can be acted on instead.")] = False,
    budget: Annotated[int | None, typer.Option(min=50, help="Tokens that the observation may have.")] = None,
    paper: Annotated[
        bool, typer.Option("--paper", help="Spell names as arXiv 2503.20749 and OPeRA do.")
    ] = False,
    window: Annotated[
        bool, typer.Option("--window", help="Only what stands in the browser's window.")
    ] = False,
    earlier: Annotated[
        str | None,
        typer.Option("--since", help="Only what changed since this earlier copy.", metavar="FILE"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a page as the model sees it."""
    from agent.look import look_at

    observation = look_at(page, budget=budget, paper_spelling=paper, window=window, earlier=earlier)
    if as_json:
        found = [asdict(target) for target in observation.targets.values()]
        page_seen = {"url": observation.url, "title": observation.title, "html": observation.html}
        print(json.dumps({**page_seen, "targets": found, "notes": observation.notes}, ensure_ascii=False))
    elif targets:
        for target in observation.targets.values():
            state = "" if target.enabled else "  (disabled)"
            out.print(Text(f"{target.kind.value:9} {target.name}  {target.label}{state}"))
    else:
        out.print(Text(observation.html))
    for note in observation.notes:
        err.print(Text(f"note: {note}"))


def _switches_in_words() -> str:
    lines = [
        f"{switch.name}={'|'.join(switch.values) or 'NUMBER'}: {switch.meaning}" for switch in switches()
    ]
    return "\n\n".join(["Design switches, the default first:", *lines])


@app.command(epilog=_switches_in_words())
def shop(
    catalogue: Catalogue = "market",
    shop_seed: Annotated[int, typer.Option("--seed", help="Same seed, same shop, to the byte.")] = 0,
    size: Annotated[int, typer.Option(min=50, help="Products of the generated market.")] = 2000,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 for any free one.")] = 8000,
    books: Annotated[Path | None, typer.Option(help="Keep the shop's books in this file.")] = None,
    chosen: Switches = None,
) -> None:
    """Open the sandbox shop, for people and for simulated shoppers."""
    settings = ShopSettings(catalogue=catalogue, seed=shop_seed, size=size, design=Design.parse(chosen or []))
    serve(
        settings,
        host=host,
        port=port,
        books=books,
        on_ready=lambda url: out.print(f"The shop is open at {url} (Ctrl-C closes it)."),
    )


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what is installed, what is missing, and how to get it."""
    from agent.model.installed import report

    checks = report()
    if as_json:
        print(json.dumps([asdict(check) for check in checks], ensure_ascii=False))
    else:
        for check in checks:
            mark = Text("ok      ", "green") if check.ok else Text("missing ", "red")
            out.print(mark.append(f"{check.name}: {check.detail}", "default"))
            if not check.ok and check.remedy:
                out.print(Text(f"        {check.remedy}"))
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


@model_app.command()
def prepare() -> None:
    """Install the model server and convert the model's weights, once."""
    from agent.model import prepare as prepare_model

    folder = prepare_model(_tell)
    out.print(Text(f"The model is ready in {folder}."))


@model_app.command(name="serve")
def serve_model(
    model: Annotated[
        str | None, typer.Option(help="A model folder, or a name that vLLM knows; none: simagent's own.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="None: any free one.")] = None,
    gpu_memory_utilization: Annotated[
        float | None, typer.Option(min=0.01, max=1.0, help="Share of the GPU's memory to take.")
    ] = None,
    max_model_len: Annotated[int | None, typer.Option(min=256, help="Tokens of the model's context.")] = None,
    foreground: Annotated[bool, typer.Option("--foreground", help="Stay, until Ctrl-C.")] = False,
) -> None:
    """Start the model server, or find the one that runs, and say where it is."""
    from agent.model import ServerOptions, ensure_server, serve_foreground
    from agent.model import prepare as prepare_model

    if model is None:
        prepare_model(_tell)
    options = ServerOptions(model, port, gpu_memory_utilization, max_model_len)
    if foreground:
        serve_foreground(options)
    server = ensure_server(_tell, options)
    out.print(Text(f"{server.model} is served at {server.url} (`simagent model stop` ends it)."))


@model_app.command()
def status() -> None:
    """Say whether the model server runs, and where."""
    from agent.model import server_status

    now = server_status()
    where = f": {now.model} at {now.url}, process {now.pid}, log {now.log}" if now.url else ""
    out.print(Text(f"{now.state.value}{where}"))


@model_app.command()
def stop() -> None:
    """End the model server that was started here."""
    from agent.model import stop_server

    out.print("The model server has ended." if stop_server() else "No model server was running.")


class Narrator:
    """Tells a visit while it happens.

    Args:
        quiet: say nothing on standard output, because something else will.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._console = err if quiet else out

    def opening(self, persona: Persona, intent: str, site: str, model: str) -> None:
        """Who comes, for what, to which shop, and what decides."""
        self._console.print(Text.assemble((persona.name, "bold"), f" visits {site}, decided by {model}"))
        self._console.print(Text(f"  “{intent}”\n", "italic"))

    def step(self, step: Step) -> None:
        """The page, the rationale, the action, the outcome."""
        took = step.timing.observe + step.timing.decide + step.timing.perform
        tokens = f"{step.usage.prompt_tokens} + {step.usage.completion_tokens} tokens"
        shown = step.url if len(step.url) <= LONGEST_URL else f"{step.url[:LONGEST_URL]}…"
        head = Text.assemble((f"{step.index:>3} ", "bold"), (step.title or shown, "bold"), f"  {shown}")
        self._console.print(head)
        self._console.print(Text(f"    “{step.decision.rationale}”", "italic"))
        self._console.print(Text(f"    {in_words(step.decision.action)}", "cyan"))
        mood = "default" if step.outcome.accepted else "red"
        self._console.print(
            Text(f"    → {step.outcome.message}", mood).append(f"  ({took:.1f} s, {tokens})", "dim")
        )

    def ending(self, ending: Ending, steps: tuple[Step, ...], folder: Path) -> None:
        """How it ended, what it cost, and where the recording is."""
        colour = {
            EndingKind.PURCHASED: "green",
            EndingKind.PURCHASE_INTENT: "green",
            EndingKind.LEFT: "yellow",
        }.get(ending.kind, "red")
        self._console.print(Text.assemble("\n", (ending.kind.value, f"bold {colour}"), f": {ending.message}"))
        if ending.purchase is not None:
            for item in ending.purchase.items:
                self._console.print(Text(f"  bought {item}"))
            if ending.purchase.total:
                self._console.print(Text(f"  total {ending.purchase.total}"))
        cost = Totals.of(steps)
        self._console.print(
            f"{cost.steps} steps in {cost.browser_seconds + cost.model_seconds:.1f} s (browser "
            f"{cost.browser_seconds:.1f} s, model {cost.model_seconds:.1f} s); {cost.prompt_tokens} prompt "
            f"tokens, of these {cost.cached_tokens} cached, and {cost.completion_tokens} said"
        )
        self._console.print(Text(f"recording: {folder}"))

    def stopped(self, folder: Path) -> None:
        """That it was stopped from outside, and what is left of it."""
        self._console.print(Text(f"\n{told_stopped(folder)}"))


def _tell(progress: str) -> None:
    err.print(Text(progress, "dim"))


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the shopper goes: a site, or a sandbox shop whose books are kept with the recording."""

    url: str
    settings: dict[str, Any] = field(default_factory=dict)
    events: Callable[[], str] | None = None

    def keep_books(self, folder: Path) -> None:
        """Puts the sandbox shop's event log beside the recording, to be held against it."""
        if self.events is not None and folder.exists():
            put_beside(folder, "shop_events.jsonl", self.events())


@contextmanager
def _destination(
    site: str | None, catalogue: str, shop_seed: int, chosen: list[str]
) -> Iterator[Destination]:
    if site is not None:
        if chosen:
            raise UserError("--set is for the sandbox shop: leave it out, or leave out --site")
        yield Destination(site)
        return
    settings = ShopSettings(catalogue=catalogue, seed=shop_seed, design=Design.parse(chosen))
    with running_shop(settings) as shop:
        yield Destination(shop.url, {"sandbox_shop": asdict(settings)}, lambda: json_lines(shop.events()))


def _terms(
    site: str | None,
    also: list[str] | None,
    allow_purchase: str | None,
    robots: str,
    pause: float | None,
    login: str | None,
    logins: Path | None,
) -> "Terms":
    """What may be done at a site, as the options say."""
    from agent.browser import AT_HOME, agreed
    from agent.login import login_of

    if robots not in {"obey", "ignore"}:
        raise UserError(f"--robots {robots}: choose from obey, ignore")
    if logins is not None and login is None:
        raise UserError(f"--logins {logins}: say which of them with --login NAME")
    if site is None:
        if also or allow_purchase or login or pause is not None or robots == "ignore":
            raise UserError(
                "--also, --allow-purchase, --robots, --pause and --login are for --site: "
                "in the sandbox shop nothing is real"
            )
        return AT_HOME
    return agreed(
        site,
        also=also or (),
        allow_purchase=allow_purchase,
        robots=robots == "obey",
        pause=pause,
        login=login_of(login, logins) if login else None,
    )


def _window(device: str, shopper: Persona) -> "Device":
    """What a shopper's window is like, as --device says."""
    from agent.browser import DEVICES, persona_device

    if device != "persona" and device not in DEVICES:
        raise UserError(f"--device {device}: choose from {', '.join(DEVICES)}, persona")
    return persona_device(shopper) if device == "persona" else DEVICES[device]


def _calibration(path: Path | None) -> "tuple[Thinning | None, float]":
    """What a calibration does to a model, and the temperature that goes with it."""
    if path is None:
        return None, TEMPERATURE
    from learn.calibration.calibrated import read_calibration
    from learn.calibration.thinning import thinning_of

    found = read_calibration(path)
    return thinning_of(found), found.temperature


def _summary(ending: Ending, steps: tuple[Step, ...], folder: Path) -> dict[str, Any]:
    return {
        "ending": ending.model_dump(mode="json"),
        "totals": Totals.of(steps).model_dump(),
        "steps": [
            {
                "index": step.index,
                "url": step.url,
                "title": step.title,
                **step.decision.model_dump(),
                "outcome": step.outcome.model_dump(),
            }
            for step in steps
        ],
        "recording": str(folder),
    }


if __name__ == "__main__":
    main()
