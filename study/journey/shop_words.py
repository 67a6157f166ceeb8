"""How shops speak of their pages: titles, headings, addresses and fields of any shop, in six languages.

English, German, French, Spanish, Italian and Dutch. Patterns are compared with plain text (`plain`: lower
case, one space between words), those of titles, headings and words of an address as a whole. Each is as
narrow as it can be: a page that no pattern knows counts as `other`, which is seen in the results; a page that
is taken for another is not.
"""

import re


def any_of(*alternatives: str) -> str:
    """A pattern that matches where one of these does."""
    return f"(?:{'|'.join(alternatives)})"


CART_WORD = any_of(
    r"(?:shopping[ -])?(?:cart|basket|bag|trolley)",
    r"warenkorb|einkaufswagen|einkaufskorb",
    r"panier",
    r"carrito(?: de (?:la )?compras?)?|cesta(?: de (?:la )?compra)?",
    r"carrello",
    r"winkelwagen|winkelmand(?:je)?",
)
"""Where goods are put."""
GOODS = any_of(
    r"results?|products?|items?|matches|articles?|goods|listings?",
    r"artikel|produkte?n?|ergebniss?e?n?|treffer",
    r"résultats?|produits?",
    r"resultados?|productos?|artículos?",
    r"risultat[io]|prodott[io]|articol[io]",
    r"resultaten|resultaat|producten",
)
"""What a list holds."""
_MY = any_of(
    r"(?:view|my|your|the|zum|mein(?:en)?|dein(?:en)?|ihr(?:en)?|der|voir|mon|votre|le)",
    r"(?:ver|mi|tu|su|el|la|vedi|visualizza|il(?: mio| tuo)?|bekijk|je|jouw|mijn|uw|de)",
)
_COUNT = rf"\(?\d{{1,3}}\)?(?: {GOODS})?"

CART_PAGE = re.compile(
    rf"(?:{_MY} )*{CART_WORD}(?: (?:summary|contents|overview))?"
    r"(?: (?:is(?: currently)? empty|ist leer|est vide|está vací[oa]|è vuoto|is leeg))?"
    rf"[ :]*(?:{_COUNT})?[.!]?"
)
CART_SEGMENT = re.compile(rf"(?:(?:view|show|my|your|shopping)-?)?{CART_WORD}")
CART_LINK = re.compile(
    rf"(?:{_COUNT}[ ,:]*(?:in )?)?(?:{_MY} )*{CART_WORD}"
    rf"(?:[ :,-]*{_COUNT}\)?|[ (]*(?:empty|leer|vide|vacío|vuoto|leeg)\)?)?"
    r"(?:[ :,-]*(?:[$€£]\s?\d|\d[\d.,]*\s?[€£$]).*)?"
)
"""All that is written on the way to the cart: the word, how many things are in it, and what they cost."""

CHECKOUT_PAGE = re.compile(
    any_of(
        r"(?:[\w.]+ )?check ?-?out(?: (?:page|process|gateway|as (?:a )?guest|step.*))?",
        r"(?:place|review|complete|confirm) (?:your |my )?order|order (?:re|pre)view",
        r"(?:zur )?kasse|bestellung (?:abschließen|prüfen|aufgeben)|bestell(?:ungs)?(?:übersicht|vorschau)",
        r"(?:passer|finaliser) (?:la |ma )?commande|aperçu de la commande",
        r"finalizar (?:la )?compra|(?:tramitar|realizar|confirmar) (?:el )?pedido",
        r"(?:alla )?cassa|anteprima ordine",
        r"afrekenen|voorvertoning van bestelling",
    )
)
CHECKOUT_SEGMENT = re.compile(
    any_of(
        r"(?:secure-?|express-?|guest-?|one-?page-?|one-?step-?)?check-?outs?(?:-[\w-]+)?|onepage",
        r"kasse|caisse|commander|finalizar-(?:compra|pedido)|tramitar-pedido|cassa|afrekenen",
    )
)
ORDER_SEGMENT = re.compile(r"order|commande|bestellung|pedido|ordine|bestelling")
"""A checkout's word in the addresses of some shops, and a word for other things in others."""
ORDER_BUTTON = re.compile(
    any_of(
        r"(?:place|submit|confirm|complete)(?: your| my| the)? (?:order|purchase)",
        r"pay now|pay (?:and|&) order",
        r"(?:zahlungspflichtig|kostenpflichtig|jetzt) (?:bestellen|kaufen und bezahlen)",
        r"bestellung (?:abschicken|absenden|aufgeben)",
        r"commander et payer|payer (?:maintenant|ma commande)",
        r"(?:passer|valider|confirmer) (?:la |ma )?commande",
        r"(?:realizar|confirmar) (?:el )?pedido|pagar ahora",
        r"(?:effettua|invia|conferma) (?:l')?ordine|paga ora",
        r"(?:plaats bestelling|bestelling plaatsen|nu betalen)",
    )
)
"""Written on what places an order; more may follow, such as the sum."""
CHECKOUT_FIELDS = tuple(
    re.compile(rf"\b{any_of(*kind)}\b")
    for kind in (
        (
            r"street|address line|(?:line|address) 1|(?:delivery|shipping) address|straße|strasse",
            r"adresse|rue|dirección|calle|indirizzo|straat",
        ),
        (r"zip|postal|post ?code|plz|postleitzahl|code postal|código postal|cap|codice postale",),
        (r"city|town|ort|stadt|ville|ciudad|población|città|plaats|woonplaats",),
        (
            r"card number|number on (?:the )?card|kartennummer|numéro de (?:la )?carte",
            r"número de (?:la )?tarjeta|numero (?:della )?carta|kaartnummer",
        ),
        (r"cvc|cvv|cv2|security code|prüf(?:ziffer|nummer)|cryptogramme|código de seguridad",),
    )
)
"""Fields of somebody who is about to order, a pattern a kind: where to, and with which card."""

_THANKS = any_of(
    r"(?:vielen |herzlichen )?dank(?:e)? für (?:ihre|deine|die|den) (?:bestellung|einkauf)",
    r"bestellung (?:ist |wurde )?(?:eingegangen|bestätigt|aufgegeben|erfolgreich)|bestellbestätigung",
    r"merci (?:pour|de) (?:votre|ta) commande|commande (?:est |a été )?(?:confirmée|validée|enregistrée)",
    r"confirmation de (?:votre |la )?commande",
    r"gracias por (?:tu|su) (?:pedido|compra)|pedido (?:confirmado|recibido|realizado)",
    r"grazie per (?:il (?:tuo|suo) (?:ordine|acquisto)|l'ordine|l'acquisto)|ordine (?:confermato|ricevuto)",
    r"bedankt voor (?:je|uw) (?:bestelling|aankoop)|bestelling (?:ontvangen|geplaatst|bevestigd)",
)
THANKS = re.compile(_THANKS)
"""How shops say in other languages than English that an order stands (`agent.purchase.CONFIRMATIONS`)."""
THANK_LINE = re.compile(
    rf"^(?:thank(?:s| you)\b.{{0,30}}\b(?:order|purchase|buying)\b|{_THANKS})", re.MULTILINE
)
"""A line that thanks for an order, where a shop has no heading for it."""
THANKS_SEGMENT = re.compile(
    r"(?:order-?|checkout-?)?(?:confirmation|confirmed|success|received|completed?|thank-?you)(?:-page)?"
    r"|bestellbestaetigung|danke|merci|confirmation-(?:de-)?commande"
)

_SIGN_IN = any_of(
    r"(?:log|sign) ?-?in|sign ?-?up|register|registration|(?:create|open) (?:an |your |a new )?account",
    r"anmelden|einloggen|registrieren",
    r"(?:se )?connexion|se connecter|s'identifier|s'inscrire|inscription|créer un compte",
    r"(?:iniciar|inicio de) sesión|registrarse|registro|crear (?:una )?cuenta",
    r"login|accedi|registrati|crea (?:un )?account",
    r"inloggen|registreren|account aanmaken",
)
ACCOUNT_PAGE = re.compile(
    any_of(
        rf"{_SIGN_IN}(?: ?(?:/|or|oder|ou|o|of) {_SIGN_IN})?",
        r"(?:my|your) (?:account|orders|profile|wish ?list|favou?rites)|order history|wish ?list",
        r"(?:mein|ihr|dein|kunden)-?\s?konto|(?:meine |deine |ihre )?bestellungen",
        r"merkzettel|wunsch(?:liste|zettel)",
        r"(?:mon|votre) compte|(?:mes|vos) commandes|liste d'envies|(?:mes )?favoris",
        r"mi cuenta|mis pedidos|lista de deseos|favoritos",
        r"il mio account|i miei ordini|lista dei desideri|preferiti",
        r"mijn account|mijn bestellingen|verlanglijst(?:je)?",
    )
)
ACCOUNT_SEGMENT = re.compile(
    any_of(
        r"(?:my-?|customer-?)?accounts?|(?:log|sign)-?in|sign-?up|regist(?:er|ration)|create-?account",
        r"authentication|profile|wish-?lists?|favou?rites?|(?:my-)?orders|order-history",
        r"(?:mein-|kunden)?konto|anmelden|registrieren|merkzettel|wunschliste|bestellungen",
        r"(?:mon-)?compte|connexion|inscription|liste-d-envies|favoris",
        r"(?:mi-)?cuenta|iniciar-sesion|registro|lista-de-deseos|favoritos",
        r"accedi|registrati|preferiti|inloggen|mijn-account|verlanglijst",
    )
)

NOTHING_FOUND = re.compile(
    any_of(
        rf"(?<![\d.,])(?<![\d.,] )\b0 {GOODS}\b",
        rf"\bno (?:search )?{GOODS}(?:$|[.!,]| (?:were |was )?(?:found|match|for\b|available|to show))",
        rf"\b(?:no matching|found no) {GOODS}\b|\bno matches\b|\bnothing (?:was )?(?:found|matche[sd])\b",
        r"\b(?:did not|didn't|does not|doesn't|do not|don't) match any\b",
        rf"\b(?:could not|couldn't|cannot|can't|did not|didn't) find (?:any|what|a match|{GOODS})",
        rf"\bkeine? (?:passenden? )?{GOODS}\b(?! (?:in|im) )|\bnichts gefunden\b",
        rf"\baucune? {GOODS}\b|\b(?:n'a|n'avons|ne) .{{0,30}}(?:donné|trouvé) aucun|\brien trouvé\b",
        rf"\bno (?:se (?:han? )?encontr|hay {GOODS}|hemos encontrado)|\bsin {GOODS}\b",
        rf"\bnessun[oa]? {GOODS}\b|\bgeen (?:{GOODS}|product)\b",
    ),
    re.MULTILINE,
)
"""How a list of products says that there is nothing on it."""
RESULTS_PAGE = re.compile(
    any_of(
        r".{0,40}\bresults? for\b.*|search results?\b.*|\d[\d.,]* (?:search )?results?",
        r"search(?:ing)? for:? .+",
        r"(?:products|items) matching\b.*|you searched for.*",
        r"suchergebniss?e?\b.*|(?:suche|ergebnisse|treffer) (?:nach|für|zu)\b.*",
        r"résultats? (?:de (?:la )?recherche|pour)\b.*|recherche:? .+",
        r"resultados? (?:de (?:la )?búsqueda|para)\b.*",
        r"risultati (?:della |di )?ricerca.*|risultati per\b.*",
        r"zoekresultaten.*|resultaten voor\b.*",
    )
)
"""What a list of what was searched for calls itself."""
COUNTED = re.compile(
    r"^(?:(?:showing|found|zeige|affichage de) )?"
    r"(?:\d[\d.,]* ?[-\u2013] ?\d[\d.,]* (?:of|von|sur|de|di|van) (?:over )?)?"
    rf"(?:about )?\d[\d.,]*\+? {GOODS}(?: (?:found|gefunden|trouvés?|for .*))?\.?$",
    re.MULTILINE,
)
"""A line that says how many products are on a list."""
LIST_SEGMENT = re.compile(
    any_of(
        r"search(?:-?results?)?|catalogsearch|advanced-search-result|s|sch|browse|find",
        r"c|cat|categor(?:y|ies)|product-category|collections?|departments?|brands?",
        r"suche|suchergebnisse?|kategorien?|recherche|rechercher|catégories?|rayon",
        r"buscar|busqueda|categorias?|ricerca|cerca|categoria|zoeken|zoek|categorie(?:en)?",
    )
)
"""A list of products, wherever it stands in an address."""
LAST_LIST_SEGMENT = re.compile(
    r"shop|store|all|sale|catalog(?:ue)?|products|items|produkte|sortiment|produits|productos|prodotti|producten"
)
"""A list of products where an address ends with it."""
LIST_SEARCH_KEYS = frozenset((
    "q", "query", "s", "k", "search", "search_query", "searchterm", "search_term", "keyword", "keywords",
    "text", "term", "_nkw", "suche", "recherche", "buscar", "cerca", "zoek", "st", "ntt", "words",
))  # fmt: skip
"""Names by which addresses carry what was searched for."""

PRODUCT_SEGMENT = re.compile(r"product|p|dp|ip|pd|item|itm|produkt|artikel|produit|producto|prodotto|listing")
"""What follows it in an address is one product."""
PRODUCTS_SEGMENT = re.compile(r"products|items|produkte|produits|productos|prodotti|producten")
"""What follows it in an address is one product, or some."""
SOLD_OUT = re.compile(
    r"^(?:currently )?(?:sold out|out of stock|unavailable|ausverkauft|nicht (?:auf lager|verfügbar)|épuisé"
    r"|rupture de stock|(?:non|no) dispon\w+|agotado|esaurito|uitverkocht|niet beschikbaar)\b",
    re.MULTILINE,
)

NOT_A_PAGE = re.compile(
    any_of(
        r"(?:error )?404\b.*|not found|this page doesn't exist.*",
        r".*\bpage (?:was |is |could |can )?(?:not|cannot|can't) (?:be )?found\b.*",
        r"(?:we )?(?:cannot|can't|could not|couldn't) find (?:this|that|the) page.*",
        r"seite (?:wurde )?nicht gefunden.*|page (?:introuvable|non trouvée).*|página no encontrada.*",
        r"pagina (?:non trovata|niet gevonden).*",
    )
)
"""What the page calls itself that says that there is no such page."""

PRICE = re.compile(
    r"(?:us|ca|au|nz|hk|c|a)?[$€£¥]\s?\d|\d\s?(?:€|eur\b|usd\b|gbp\b|zł|pln\b|kr\b|chf\b|[$£])"
    r"|\b(?:eur|usd|gbp|chf|rs\.?|inr|kr)\s?\d"
)
