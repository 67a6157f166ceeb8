"""Attention of new tokens to a chat of which a beginning was read before.

A masked attention computes what it then masks, about half of all where little was read before. Here what is
new sees what was read in one part, without a mask, and itself in another, causally, and the two are merged by
their normalisers (as in Dao et al., arXiv 2205.14135). Query heads that share a key head stand in its rows:
keys are not copied.
"""

from typing import Any

# These live in the model environment, which the type checker does not see.
import torch  # type: ignore[import-not-found]
from transformers import AttentionInterface  # type: ignore[import-not-found]

NAME = "chat"
"""By which a model is told to use it."""


def attend(
    module: Any,  # noqa: ARG001 - as transformers calls it
    query: Any,
    key: Any,
    value: Any,
    attention_mask: Any,
    scaling: float,
    **_: Any,
) -> tuple[Any, None]:
    """Attention as transformers calls it.

    Args:
        module: its layer.
        query: shape (1, heads, new, width).
        key: shape (1, key heads, seen + new, width).
        value: the same.
        attention_mask: 0 where a new token sees another and minus infinity where not, shape (1, 1, new,
            seen + new); None where each new one sees all that stands before it.
        scaling: of the products.

    Returns:
        Shape (1, new, heads, width).
    """
    _, heads, new, width = query.shape
    key_heads, length = key.shape[1], key.shape[2]
    shared = heads // key_heads
    if attention_mask is not None:
        rows = query.reshape(1, key_heads, shared * new, width)
        mask = attention_mask.expand(1, 1, new, length).repeat(1, 1, shared, 1)
        out, _ = _flash(rows, key, value, scaling, mask=mask)
        return out.reshape(1, heads, new, width).transpose(1, 2), None
    seen = length - new
    own_key, own_value = (side[:, :, seen:].repeat_interleave(shared, dim=1) for side in (key, value))
    out, norm = _flash(query, own_key, own_value, scaling, causal=True)
    if seen:
        rows = query.reshape(1, key_heads, shared * new, width)
        before, before_norm = _flash(rows, key[:, :, :seen], value[:, :, :seen], scaling)
        share = torch.sigmoid(before_norm.reshape(1, heads, new) - norm)[..., None]
        out = torch.lerp(out.float(), before.reshape(out.shape).float(), share).to(query.dtype)
    return out.transpose(1, 2), None


def _flash(
    query: Any, key: Any, value: Any, scaling: float, *, causal: bool = False, mask: Any = None
) -> tuple[Any, Any]:
    """What is attended to, and the logarithm of the normaliser."""
    # The public function does not say the normaliser.
    return torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(  # type: ignore[no-any-return] # noqa: SLF001
        query, key, value, 0.0, causal, attn_mask=mask, scale=scaling
    )


AttentionInterface.register(NAME, attend)
