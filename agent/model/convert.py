"""Makes a model folder out of a GGUF file or another folder; a script for the model environment's Python.

    python convert.py MODEL.gguf|FOLDER RESULT [ADAPTER]

The GGUF's 4-bit weights are dequantised to bfloat16; a LoRA adapter is added to the weights, which a server
then reads as fast as the base. Saved are safetensors with the configuration, the tokenizer and its chat
template, as vLLM and `tokenizers` read them. No hub is asked for anything.
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


def convert(source: Path, folder: Path, adapter: Path | None = None) -> None:
    """Reads a model and writes the folder.

    Args:
        source: a GGUF file with weights, configuration and tokenizer, or a model folder.
        folder: where the model folder is written.
        adapter: folder of a LoRA adapter, as PEFT saves it.
    """
    model, tokenizer = read(source)
    if adapter is not None:
        model = merged(model, adapter)
    write(model, tokenizer, folder)


def merged(model: Any, adapter: Path) -> Any:
    """The model with the adapter in its weights, added in float32: bfloat16 would round twice."""
    from peft import PeftModel  # type: ignore[import-not-found] # noqa: PLC0415 - heavy

    whole = PeftModel.from_pretrained(model.float(), str(adapter)).merge_and_unload()
    return whole.to(torch.bfloat16)


def read(source: Path) -> tuple[Any, Any]:
    """The model in bfloat16 and its tokenizer."""
    if source.is_dir():
        model = AutoModelForCausalLM.from_pretrained(str(source), dtype=torch.bfloat16)
        return model, AutoTokenizer.from_pretrained(str(source))
    model = AutoModelForCausalLM.from_pretrained(
        str(source.parent),
        gguf_file=source.name,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.bfloat16,
    )
    return model, AutoTokenizer.from_pretrained(str(source.parent), gguf_file=source.name)


def write(model: Any, tokenizer: Any, folder: Path) -> None:
    """Saves both as transformers lays them out."""
    model.save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))


if __name__ == "__main__":
    convert(*map(Path, sys.argv[1:]))
