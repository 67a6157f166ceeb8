"""What kind of window a shopper has: a desk's, a tablet's, a phone's."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from agent.persona import Persona

PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
TABLET_AGENT = (
    "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)


@dataclass(frozen=True, slots=True)
class Device:
    """What a window is like.

    Attributes:
        viewport: width and height in CSS pixels.
        touch: whether it is a touch screen, and pages are laid out as on one.
        scale: pixels of the screen to a CSS pixel.
        user_agent: what the browser calls itself; None for its own name.
        locale: language and region that the browser claims, such as `de-DE`; None: as the settings say.
        timezone: such as `Europe/Berlin`; None: as the settings say.
        colours: whether pages are asked for their light or dark colours; None: as the settings say.
    """

    viewport: tuple[int, int]
    touch: bool = False
    scale: float = 1.0
    user_agent: str | None = None
    locale: str | None = None
    timezone: str | None = None
    colours: Literal["light", "dark"] | None = None

    @property
    def described(self) -> dict[str, Any]:
        """For a recording's header: all that is needed to open such a window again."""
        return asdict(self)

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> "Device":
        """The device that a header describes.

        Raises:
            ValueError: it describes none.
        """
        try:
            width, height = described["viewport"]
            return cls(
                (int(width), int(height)),
                touch=bool(described["touch"]),
                scale=float(described["scale"]),
                user_agent=described["user_agent"],
                locale=described.get("locale"),
                timezone=described.get("timezone"),
                colours=described.get("colours"),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a device: {described}") from error


DEVICES: Mapping[str, Device] = {
    "desktop": Device((1280, 800)),
    "tablet": Device((820, 1180), touch=True, user_agent=TABLET_AGENT),
    "phone": Device((412, 915), touch=True, user_agent=PHONE_AGENT),
}


def device_of(words: str | None) -> Device:
    """The device that somebody shops on, by how it is spoken of: "an older Android phone".

    Args:
        words: None where nobody says; a desk's window then.
    """
    told = (words or "").lower()
    if re.search(r"\b(tablet|ipad)\b", told):
        return DEVICES["tablet"]
    if re.search(r"phone|\b(android|mobile)\b", told):
        return DEVICES["phone"]
    return DEVICES["desktop"]


def persona_device(persona: Persona) -> Device:
    """What a persona shops on, with the language, the clock and the colours that are theirs."""
    own = device_of(persona.device)
    return replace(own, locale=persona.locale, timezone=persona.timezone, colours=persona.colours)
