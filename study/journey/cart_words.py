"""How shops speak of buying and searching: buttons, fields and answers of any shop, in six languages.

As in `study.journey.shop_words`: compared with plain text, and rather too narrow than too wide.
"""

import re

from study.journey.shop_words import CART_WORD, any_of

ADD = re.compile(
    any_of(
        rf"\badd\b.{{0,80}}?\bto (?:my |your |the )?(?:{CART_WORD}|order)\b|\bput in (?:the )?{CART_WORD}\b",
        rf"\b(?:in|zum) (?:den |meinen )?{CART_WORD}\b(?! ansehen)",
        rf"\bajouter (?:au|à mon|dans le) {CART_WORD}\b",
        rf"\b(?:añadir|agregar|anadir) (?:al|a la|a mi) {CART_WORD}\b",
        rf"\baggiungi (?:al|nel) {CART_WORD}\b",
        rf"\b(?:voeg .{{0,40}}aan|toevoegen aan|in) (?:de |het |mijn )?{CART_WORD}\b",
    )
)
"""Written on what puts a product into the cart."""
BUY = re.compile(
    any_of(
        r"(?:buy|order|purchase)(?: (?:it|this|now))+|buy with .+|pre-?order(?: now)?",
        r"(?:jetzt|sofort)[ -]?(?:kaufen|bestellen)|vorbestellen",
        r"acheter maintenant|précommander|comprar (?:ahora|ya)",
        r"acquista ora|compra (?:ora|subito)|(?:koop|bestel) nu",
    )
)
"""All that is written on what buys a product at once."""
BARE_BUY = re.compile(
    any_of(
        r"(?:\+ ?)?add|buy|order|purchase",
        r"kaufen|bestellen|hinzufügen",
        r"acheter|commander|ajouter",
        r"comprar|añadir|agregar|acquista|compra|aggiungi|kopen|koop|bestel(?:len)?|toevoegen",
    )
)
"""The same in one word, which buys where it stands beside a price and is something else elsewhere."""

ADDED = re.compile(
    any_of(
        rf"\badded (?:successfully )?to (?:your |the |my )?{CART_WORD}\b",
        rf"\badded .{{1,120}} to (?:your |the |my )?{CART_WORD}\b",
        rf"\b(?:is|are) (?:now )?in your {CART_WORD}\b",
        rf"\b(?:zum|dem|in den|im|deinem|ihrem) {CART_WORD} (?:hinzugefügt|gelegt)",
        rf"\bajoutée?s? (?:avec succès )?(?:à|au|dans) (?:votre |le |mon )?{CART_WORD}\b",
        rf"\b(?:añadid|agregad|anadid)[oa]s? (?:correctamente )?(?:al|a la|a tu|a su) {CART_WORD}\b",
        rf"\baggiunt[oaie] (?:al|nel) {CART_WORD}\b",
        rf"\btoegevoegd aan (?:je |uw |de |het )?{CART_WORD}\b",
        rf"\bin (?:je |uw |de ){CART_WORD} (?:gelegd|geplaatst)",
    )
)
"""How a shop says that something has been put into the cart."""
CANNOT_ADD = re.compile(
    any_of(
        r"\b(?:could not|couldn't|cannot|can't|unable to|failed to|not) (?:be )?add(?:ed)?\b",
        r"\bnicht (?:zum|in den) .{0,20}(?:hinzugefügt|gelegt)|\bimpossible d'ajouter\b",
        r"\bno se (?:ha )?pod(?:ido|emos)\b|\bimpossibile aggiungere\b|\bniet .{0,30}toegevoegd\b",
    )
)
"""How a shop says outright that it could not."""
NOT_ADDED = re.compile(
    any_of(
        CANNOT_ADD.pattern,
        r"\b(?:choose|select|pick|specify) (?:a|an|your|the|one|any|product|options?|size|colou?r)\b",
        r"\bis required\b|\brequired field|\bsomething went wrong\b|\berror\b",
        r"\b(?:sold out|out of stock|not available|unavailable|no longer available|not enough stock)\b",
        r"\b(?:wähle|wählen sie)\b|\bausverkauft\b|\bnicht (?:verfügbar|auf lager|hinzugefügt)\b|\bfehler\b",
        r"\b(?:choisir|choisissez|sélectionner|sélectionnez)\b",
        r"\b(?:épuisé|indisponible|rupture de stock)\b|\berreur\b",
        r"\b(?:elige|selecciona|seleccione|elija)\b|\bagotado\b|\bno disponible\b",
        r"\b(?:scegli|seleziona|esaurito|non disponibile)\b",
        r"\b(?:kies|selecteer) een\b|\buitverkocht\b|\bniet beschikbaar\b|\bfout\b",
    )
)
"""How a shop says that it has not: an option is missing, nothing is left, or something failed."""

SEARCH_FIELD = re.compile(
    r"search|\bfind\b|looking for|keywords?|\bsuche|\bsuchbegriff|rechercher?|chercher|\bbuscar?\b|búsqueda"
    r"|\bcerca\b|ricerca|\bzoek"
)
"""Written on the field that searches a shop."""
OTHER_SEARCH = re.compile(
    r"reviews?|questions?|answers?|stores? near|store finder|faq|help|bewertung|avis|reseñas|recensioni"
)
"""Written on a field that searches for something else than products."""
