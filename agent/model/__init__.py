"""The local model: its weights, the environment of its server, and the server itself.

The agent reaches every model through an OpenAI-compatible HTTP server and imports no torch. This package gets
such a server onto this machine: vLLM in a virtual environment of its own, with pinned packages, and
SmolLM2-135M-Instruct in the folder that vLLM reads. Both are made once and kept in the user's cache, so that
every checkout and every version with the same pins shares them.

`prepare` makes both; `ensure_server` finds the server or starts it; it then outlives the command that started
it, until `stop_server`.
"""

from agent.model.cache import Progress
from agent.model.launch import ServerOptions
from agent.model.server import (
    Server,
    ServerState,
    ServerStatus,
    ensure_server,
    serve_foreground,
    server_status,
    stop_server,
)
from agent.model.weights import (
    Talk,
    base_dir,
    merge_adapter,
    model_dir,
    note_talk,
    prepare,
    prepare_base,
    talk_of,
    token_counter,
    tokenizer_path,
)

__all__ = [
    "Progress",
    "Server",
    "ServerOptions",
    "ServerState",
    "ServerStatus",
    "Talk",
    "base_dir",
    "ensure_server",
    "merge_adapter",
    "model_dir",
    "note_talk",
    "prepare",
    "prepare_base",
    "serve_foreground",
    "server_status",
    "stop_server",
    "talk_of",
    "token_counter",
    "tokenizer_path",
]
