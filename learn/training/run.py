"""A training run in its folder: begun, gone on with after any end, and finished as a model to be served.

settings.json      how; written last of what a run needs to begin, so a folder with it is a run
examples.jsonl     what is learned; validation.jsonl: held in, for the loss before and after
counts.json        how many sessions and decisions that is
checkpoints/       while it goes
progress.jsonl     a line a step
adapter/           what was learned (a LoRA adapter, or all weights), and how it is talked to
scores.json        the loss on the validation examples, before and after
model/             base and adapter together, with a model card: what `simagent model serve --model` takes
"""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from agent.errors import UserError
from agent.model import Progress, Talk, merge_adapter, note_talk, token_counter
from agent.model.hardware import gpu_name, usable_cpus
from agent.model.logged import last_words
from agent.model.weights import script_environment
from agent.prompts import Context
from learn.policies.kept_words import KeptWords
from learn.readers.human_search import goals
from learn.session import Session
from learn.sessions_file import whole_file
from learn.sources import read_source
from learn.split import Part, sessions_in
from learn.training.card import card
from learn.training.examples import Teachers, drawn_searches, examples_of
from learn.training.settings import Settings

HELD_IN = 8
"""Validation sessions of each source whose loss is measured before and after."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run learns from: sessions and decisions of its training part, and of those held in.

    Attributes:
        sessions: of people.
        decisions: in them and in those that were drawn.
        with_rationales: sessions with thoughts.
        validation_sessions: held in.
        drawn: searches that were drawn for goals of which no query is known.
    """

    sessions: int
    decisions: int
    with_rationales: int
    validation_sessions: int
    drawn: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """One step's progress, as the script tells it: see its `_tell`."""

    step: int
    share: float
    loss: float
    tokens: int
    seconds: float
    seconds_left: float


class TrainingRun:
    """A run in a folder.

    Args:
        folder: where it is, or will be.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def begun(self) -> bool:
        """Whether the folder holds a run."""
        return (self.folder / "settings.json").is_file()

    @property
    def model(self) -> Path:
        """Where the finished model is."""
        return self.folder / "model"

    def settings(self) -> Settings:
        """The settings that it was begun with.

        Raises:
            UserError: they cannot be read.
        """
        path = self.folder / "settings.json"
        try:
            return Settings.model_validate_json(path.read_bytes())
        except (OSError, ValueError) as error:
            raise UserError(f"{path} cannot be read as settings of a run: choose another folder") from error

    def begin(self, settings: Settings, progress: Progress) -> None:
        """Writes what is learned from, and the settings.

        Raises:
            UserError: a source cannot be read, has no training part, or the folder cannot be written.
        """
        if self.folder.exists() and any(self.folder.iterdir()) and not self._half_begun():
            raise UserError(f"{self.folder} holds something else: choose another folder for the run")
        count = lru_cache(100_000)(token_counter(Path(settings.base)))
        context = Context(tokens=settings.context, count=count, style=settings.prompt)
        sessions = [_read(source) for source in settings.sources]
        training = _picked(Part.TRAIN, sessions, settings.sessions, settings.seed)
        if not training:
            raise UserError(f"{', '.join(settings.sources)}: no sessions to train on")
        drawn = (
            list(drawn_searches(_goals(sessions, settings), KeptWords.shipped())) if settings.goals else []
        )
        validation = _picked(Part.VALIDATION, sessions, HELD_IN, settings.seed)
        progress(f"writing examples of {len(training) + len(drawn):,} sessions")
        decisions, thoughtful = self._write("examples.jsonl", [*training, *drawn], settings, context)
        self._write("validation.jsonl", validation, settings, context)
        counts = Counts(len(training), decisions, thoughtful, len(validation), len(drawn))
        _write_json(self.folder / "counts.json", asdict(counts))
        _write_json(self.folder / "settings.json", settings.model_dump(mode="json"))

    def train(self, python: Path, told: Callable[[Told], None]) -> None:
        """Trains, or goes on training, to the end.

        Args:
            python: of the model environment.
            told: called at each step.

        Raises:
            UserError: training failed; says where its log is.
            KeyboardInterrupt: it was stopped; all up to its last checkpoint is kept.
        """
        if (self.folder / "scores.json").is_file():
            return
        log = self.folder / "train.log"
        with as_file(files("learn.training") / "train_lora.py") as script, log.open("ab") as sink:
            command, environment = _launch(python, script, self.settings(), self.folder)
            with _started(command, environment, sink) as process:
                assert process.stdout is not None
                for line in process.stdout:
                    if (step := _told(line)) is not None:
                        told(step)
                    else:
                        sink.write(line)
            if process.returncode != 0:
                raise UserError(
                    f"training failed (exit {process.returncode})\n{last_words(log)}\nall that it said: {log}"
                )

    def finish(self, python: Path, progress: Progress) -> Path:
        """Puts what was learned and the base together, and writes the model card.

        Returns:
            The model's folder.

        Raises:
            UserError: it cannot be done.
        """
        if self.model.is_dir():
            return self.model
        settings = self.settings()
        part = self.folder / "model.part"
        shutil.rmtree(part, ignore_errors=True)
        if settings.full:
            shutil.copytree(self.folder / "adapter", part)
        else:
            merge_adapter(python, Path(settings.base), self.folder / "adapter", part, progress)
        talk = Talk(settings.prompt, settings.context)
        note_talk(part, talk)
        note_talk(self.folder / "adapter", talk)
        counts = Counts(**_read_json(self.folder / "counts.json"))
        scores = _read_json(self.folder / "scores.json")
        (part / "README.md").write_text(card(settings, asdict(counts), scores), encoding="utf-8")
        part.replace(self.model)
        return self.model

    def _half_begun(self) -> bool:
        """Whether the folder holds nothing but the beginnings of a run that was stopped early."""
        ours = {"examples.jsonl", "validation.jsonl", "counts.json"}
        return all(path.name in ours or path.name.startswith(".") for path in self.folder.iterdir())

    def _write(
        self, name: str, sessions: Sequence[Session], settings: Settings, context: Context
    ) -> tuple[int, int]:
        """Writes examples; gives the decisions in them, and the sessions with thoughts."""
        decisions = thoughtful = 0
        examples = examples_of(
            sessions,
            context,
            teachers=Teachers.shipped() if settings.softness > 0 else None,
            rationale_share=settings.rationales,
            page_share=settings.pages,
            other_pages=settings.other_pages,
            seed=settings.seed,
        )
        with whole_file(self.folder / name) as file:
            for example in examples:
                file.write(json.dumps(example, ensure_ascii=False).encode() + b"\n")
                decisions += sum(example["learned"])
                thoughtful += example["thinks"]
        return decisions, thoughtful


def _read(source: str) -> tuple[Session, ...]:
    return read_source(source).sessions


def _goals(sources: Sequence[Sequence[Session]], settings: Settings) -> list[str]:
    """Goals without a query, always the same for a seed."""
    known = {session.intent for sessions in sources for session in sessions}
    told = [goal for goal in goals(Part.TRAIN) if goal not in known]
    return sorted(told, key=lambda goal: sha256(f"{settings.seed} {goal}".encode()).digest())[
        : settings.goals
    ]


def _picked(part: Part, sources: Sequence[Sequence[Session]], most: int | None, seed: int) -> list[Session]:
    """Sessions of a part, of each source at most so many, always the same for a seed."""
    found: list[Session] = []
    for sessions in sources:
        ordered = sorted(
            sessions_in(part, sessions), key=lambda one: sha256(f"{seed} {one.key}".encode()).digest()
        )
        found += ordered[:most]
    return found


def _launch(
    python: Path, script: Path, settings: Settings, folder: Path
) -> tuple[list[str], Mapping[str, str]]:
    """The command that trains, and its environment variables."""
    environment = script_environment()
    if settings.processes == 1:
        return [str(python), str(script), str(folder)], environment
    if gpu_name() is None:  # accelerate's own launcher starts one process without a GPU, whatever it is asked
        threads = max(1, len(usable_cpus()) // settings.processes)
        environment |= {"ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": str(threads)}
        launch = [str(python), "-m", "torch.distributed.run", "--standalone"]
        return [*launch, "--nproc_per_node", str(settings.processes), str(script), str(folder)], environment
    launch = [str(python), "-m", "accelerate.commands.launch", "--num_processes", str(settings.processes)]
    launch += ["--mixed_precision", "bf16" if settings.bf16 else "no"]
    if settings.sharded:
        launch += ["--use_fsdp", "--fsdp_version", "2", "--fsdp_auto_wrap_policy", "TRANSFORMER_BASED_WRAP"]
    return [*launch, str(script), str(folder)], environment


@contextmanager
def _started(
    command: Sequence[str], environment: Mapping[str, str], sink: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """The running script in a process group of its own, which ends with this block."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=sink,
        env=environment,
        start_new_session=True,
    )
    try:
        yield process
        process.wait()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _told(line: bytes) -> Told | None:
    """A line of progress; None where the line is something else."""
    try:
        found = json.loads(line)
        return Told(**{name: found[name] for name in Told.__dataclass_fields__})
    except (ValueError, KeyError, TypeError):
        return None


def _write_json(path: Path, value: object) -> None:
    with whole_file(path) as file:
        file.write(json.dumps(value, indent=1).encode())


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
