"""How close to people: the whole experiment, from training to tables and a picture.

    python -m benchmarks.fidelity OUT [--minutes 48] [--sessions 300]

Fine-tunes SmolLM2-135M on the training part of the bundled data, first without rationales, then on with
thoughts before the actions of a third of the sessions; chooses its biases on the validation part
(`learn.tune_model`); calibrates the hybrid there; and holds all of them, the base as it comes, and every
baseline against the test part, which nothing was trained or tuned on. `--without FOLDER` and `--with
FOLDER` take adapters (or models) that are there already in place of training. OUT gets `fidelity.json`,
`fidelity.md` and `fidelity.svg`. Started again, it goes on where it was: training by its checkpoints,
evaluation by the answers that are kept.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from agent.errors import UserError
from agent.model import prepare_base
from benchmarks.fidelity_report import Line, Table, markdown, picture
from learn.calibration.calibrated import Calibrated, calibrate
from learn.choices import Prediction, Scorer, read_ahead
from learn.evaluation import POLICIES, Training, Which, chosen, policies_named, training_for
from learn.judging import Judged, judge
from learn.metrics import compare, scores
from learn.policies.choosing import FILE as CHOOSING
from learn.session import Session
from learn.sources import bundled
from learn.tune_model import main as tune

CLICK_BASELINES = ("always-leave", "most-frequent", "markov-1", "markov-2", "session-knn", "sequence")
SEARCH_BASELINES = ("copy-intent", "keywords", "kept-words")
STRONGEST = "sequence"
CONFIG = "smollm2-135m"
"""The settings of the default model."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the experiment was asked for; see the options."""

    out: Path
    minutes: float
    without: Path | None
    with_: Path | None
    sessions: int
    tuning: int
    prompted: int
    thinking: int
    personas: int


class Named:
    """A policy under another name, that of its line."""

    def __init__(self, scorer: Scorer, name: str) -> None:
        self._scorer = scorer
        self.name = name

    def read_ahead(self, sessions: Sequence[Session]) -> None:
        """See `learn.choices.ReadsAhead`."""
        read_ahead(self._scorer, sessions)

    def predict(self, session: Session) -> Sequence[Prediction]:
        """What the policy says."""
        return self._scorer.predict(session)


def main() -> int:
    """Run as a command."""
    try:
        _experiment(_asked())
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _experiment(asked: Asked) -> None:
    asked.out.mkdir(parents=True, exist_ok=True)
    base = prepare_base(_tell)
    without = asked.without or _trained(asked.out / "without", ["--config", CONFIG], asked.minutes)
    start = ["--config", CONFIG, "--seed", "2", "--rate", "0.0006", "--start", str(without)]
    start += ["--rationales", "0.35"]
    with_ = asked.with_ or _trained(asked.out / "with", start, asked.minutes / 2)
    for folder in (without, with_):
        if not (folder / CHOOSING).is_file() and tune([str(folder), "--sessions", str(asked.tuning)]):
            raise UserError(f"{folder} could not be tuned")
    clicks = bundled("human_clicks").sessions
    found: dict[str, Table] = {}
    making: dict[str, Callable[[], Table]] = {
        "clicks": lambda: _clicks(asked, clicks, base, without, with_),
        "search": lambda: _search(asked, bundled("human_search").sessions, base, without, with_),
        "personas": lambda: _personas(asked, clicks, with_),
    }
    for name, made in making.items():
        found[name] = made()
        _write(asked.out, found)
    sys.stdout.write((asked.out / "fidelity.md").read_text(encoding="utf-8"))


def _write(out: Path, found: Mapping[str, Table]) -> None:
    """What is known by now: an experiment of hours should leave something behind wherever it ends."""
    told = {name: [asdict(line) for line in table.lines] for name, table in found.items()}
    (out / "fidelity.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    (out / "fidelity.md").write_text("\n".join(map(markdown, found.values())), encoding="utf-8")
    (out / "fidelity.svg").write_text(picture(found["clicks"]), encoding="utf-8")


def _clicks(asked: Asked, people: Sequence[Session], base: Path, without: Path, with_: Path) -> Table:
    sessions = chosen(people, Which.TEST, asked.sessions)
    training = training_for(people)
    model, thinking, hybrid = _models(training, with_, "model", "model-thinking", "hybrid")
    [bare] = _models(training, without, "model")
    fitted = calibrate(
        hybrid, chosen(people, Which.VALIDATION, asked.tuning), data="human_clicks", part="validation"
    )
    whole = [Named(POLICIES[name](training), name) for name in CLICK_BASELINES]
    whole += [
        Named(bare, "fine-tuned without rationales"),
        Named(model, "fine-tuned with rationales, silent"),
        Named(hybrid, "hybrid"),
        Named(Calibrated(hybrid, fitted), "hybrid, calibrated"),
    ]
    lines = _lines(whole, sessions, STRONGEST)
    [prompted] = _models(training, base, "model")
    lines += _lines([Named(prompted, "base as it comes, prompted")], sessions[: asked.prompted], None)
    few = sessions[: asked.thinking]
    lines += _lines([Named(thinking, "fine-tuned with rationales, thinking first")], few, None)
    lines += _lines([Named(model, f"the same {len(few)} sessions, silent")], few, None)
    return Table(
        "Next action on the clothing listings", lines, ("exact", "next_product", "leave_f1", "log_loss")
    )


def _personas(asked: Asked, people: Sequence[Session], with_: Path) -> Table:
    """The country is all that these data say of a person."""
    sessions = chosen(people, Which.TEST, asked.personas)
    others = [session.persona for session in sessions]
    others = [*others[1:], others[0]]
    shuffled = [replace(one, persona=other) for one, other in zip(sessions, others, strict=True)]
    absent = [_without_country(session) for session in sessions]
    lines: list[Line] = []
    for how, told in (("matched", sessions), ("absent", absent), ("shuffled", shuffled)):
        policies = _models(training_for(people), with_, "model", STRONGEST)
        lines += _lines([Named(each, f"{each.name}, {how}") for each in policies], told, None)
    return Table("Whose country is told", lines, ("exact", "next_product", "leave_f1", "log_loss"))


def _search(asked: Asked, people: Sequence[Session], base: Path, without: Path, with_: Path) -> Table:
    sessions = chosen(people, Which.TEST)
    training = training_for(people)
    policies: list[Scorer] = [Named(POLICIES[name](training), name) for name in SEARCH_BASELINES]
    for folder, names in (
        (without, {"model": "fine-tuned without rationales"}),
        (
            with_,
            {
                "model": "fine-tuned with rationales, silent",
                "model-thinking": "fine-tuned with rationales, thinking first",
                "hybrid": "hybrid",
            },
        ),
    ):
        made = _models(training, folder, *names)
        policies += [Named(each, name) for each, name in zip(made, names.values(), strict=True)]
    lines = _lines(policies, sessions, "keywords")
    [prompted] = _models(training, base, "model")
    lines += _lines([Named(prompted, "base as it comes, prompted")], sessions[: asked.prompted], None)
    return Table("First search for a goal", lines, ("query_f1", "query_exact", "query_edit"))


def _models(training: Training, folder: Path, *names: str) -> list[Scorer]:
    """Policies of a model that are not asked what they say when nothing confines them, which takes long."""
    return policies_named(names, training, model_folder=folder, progress=_tell, free_sessions=0)


def _lines(policies: Sequence[Scorer], sessions: Sequence[Session], against: str | None) -> list[Line]:
    """A line a policy; each with its paired difference to one of them, if that is named."""
    judged: list[Judged] = []
    for policy in policies:
        started = time.monotonic()
        read_ahead(policy, sessions)
        judged.append(judge(policy, sessions))
        _tell(f"{policy.name}: {len(sessions):,} sessions in {time.monotonic() - started:.0f} s")
    rival = next((each for each in judged if each.policy == against), None)
    return [
        Line(
            each.policy,
            each.sessions,
            len(each.exact),
            scores(each),
            compare(each, rival) if rival is not None and each is not rival else None,
        )
        for each in judged
    ]


def _trained(folder: Path, options: Iterable[str], minutes: float) -> Path:
    """The adapter of a training run, which goes on if it was begun."""
    simagent = Path(sys.executable).with_name("simagent")
    asked = [] if (folder / "settings.json").is_file() else [*options, "--minutes", str(minutes)]
    done = subprocess.run([simagent, "train", "--out", str(folder), *asked], check=False)
    if done.returncode:
        raise UserError(f"training in {folder} did not come to its end: start this again to go on")
    return folder / "adapter"


def _without_country(session: Session) -> Session:
    return replace(session, persona=session.persona.model_copy(update={"location": None}))


def _asked() -> Asked:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fidelity", description=__doc__)
    add: Callable[..., Any] = parser.add_argument
    add("out", type=Path, help="folder of what comes of it")
    add(
        "--minutes", type=float, default=48, help="of training without rationales; with them, half of it more"
    )
    add("--without", type=Path, help="an adapter or model that was trained without rationales")
    add("--with", dest="with_", type=Path, help="one that was trained with rationales")
    add("--sessions", type=int, default=300, help="of the test part")
    add("--tuning", type=int, default=150, help="sessions of the validation part")
    add("--prompted", type=int, default=20, help="sessions for the base, which needs long prompts")
    add("--thinking", type=int, default=60, help="sessions in which it says a thought first: slow")
    add("--personas", type=int, default=100, help="sessions with the right, no and the wrong country")
    return Asked(**vars(parser.parse_args()))


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
