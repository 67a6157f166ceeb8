"""The model that decides or answers, by how a user names it: somebody's server, or the local one."""

import asyncio
from collections.abc import Callable

from agent.errors import UserError
from agent.model import ensure_server, prepare, talk_of, token_counter
from agent.prompts import PromptStyle
from agent.visit import UNKNOWN_CONTEXT, Model, served_model
from simplify.pipeline import estimate_tokens


def model_from(
    name: str | None,
    url: str | None,
    *,
    api_key: str | None,
    temperature: float,
    prompt: str | None,
    tell: Callable[[str], None],
) -> Model:
    """The model to ask; the local one is installed and started if need be.

    Args:
        name: on its server; None for the only one there.
        url: of an OpenAI-compatible server; None for the local one.
        api_key: for servers that want one.
        temperature: of its sampling.
        prompt: how it is talked to, `instructed` or `taught`; None: as it was made for, if that is known.
        tell: told what takes a while.

    Raises:
        UserError: there is no such model or server, or the local one cannot be started.
    """
    if prompt is not None and prompt not in list(PromptStyle):
        raise UserError(f"--prompt {prompt}: choose from {', '.join(PromptStyle)}")
    if url is not None:
        style = PromptStyle(prompt or PromptStyle.INSTRUCTED)
        return asyncio.run(
            served_model(
                url, name, count=estimate_tokens, temperature=temperature, api_key=api_key, prompt=style
            )
        )
    if name is not None:
        raise UserError(f"--model {name} needs --model-url: say on which server that model is")
    folder = prepare(tell)
    server = ensure_server(tell)
    talk = talk_of(server.folder or folder)
    own_style = PromptStyle(prompt) if prompt else talk.style
    return Model(
        url=server.url,
        name=server.model,
        context=server.max_model_len or UNKNOWN_CONTEXT,
        count=token_counter(server.folder or folder),
        temperature=temperature,
        prompt=own_style,
        prompt_tokens=talk.tokens if own_style is talk.style else None,
    )
