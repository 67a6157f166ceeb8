"""Turns a GGUF file into an ordinary model folder; a script, run by the Python of the server's environment.

    python convert.py MODEL.gguf FOLDER

The GGUF's 4-bit weights are dequantised to bfloat16 and saved as safetensors, with the configuration, the
tokenizer and its chat template, as vLLM and `tokenizers` read them. No hub is asked for anything.
"""

import sys
from pathlib import Path
from typing import Any

# These live in the server's environment, which the type checker does not see.
import torch  # type: ignore[import-not-found]
from transformers import (  # type: ignore[import-not-found]
    AutoModelForCausalLM,
    AutoTokenizer,
    GgufConfig,
)


def convert(gguf: Path, folder: Path) -> None:
    """Reads a GGUF file and writes the folder.

    Args:
        gguf: weights, configuration and tokenizer in one file.
        folder: where the model folder is written.
    """
    model, tokenizer = read(gguf)
    write(model, tokenizer, folder)


def read(gguf: Path) -> tuple[Any, Any]:
    """The model in bfloat16 and its tokenizer."""
    model = AutoModelForCausalLM.from_pretrained(
        str(gguf.parent),
        gguf_file=gguf.name,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.bfloat16,
    )
    return model, AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)


def write(model: Any, tokenizer: Any, folder: Path) -> None:
    """Saves both as transformers lays them out."""
    model.save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
