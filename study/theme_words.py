"""The lexicon of themes: for each its id, its title, what belongs to it, and the phrases that speak of it.

Phrases are regular expressions over whole words, in lower case. A word that means something else in a shop
more often than what it is listed for ("look", "section") is left out, or stands with what goes with it.
"""

Entry = tuple[str, str, str, tuple[str, ...]]

_PRODUCT: tuple[Entry, ...] = (
    ("price", "Price", "What it costs, what one can spend, cheap and dear.", (
        r"prices?|priced|pricey|costs?|costing|cheap(?:er|est|ly)?|expensive|dear(?:er|est)",
        r"overpriced|affordable|afford|budget|spend|value for money",
        r"(?:worth|save|saving|waste of) (?:the |my |some )?money|(?:more|less|same) money|dollars?",
        r"euros?|bucks|[$€£] ?\d[\d.,]*|(?:under|below) \d+|total is|taxes",
    )),
    ("offers", "Offers and coupons", "Sales, reductions, deals, coupon codes.", (
        r"on sale|the sale|for sale|sale (?:section|items?|page)|discount(?:s|ed)?|reduced",
        r"reductions?|deals?|bargains?|coupons?|promo(?:tion|tions)?(?: code)?|vouchers?|clearance",
        r"marked down|\d+ ?(?:%|percent) off|special offers?|price dropped|\d+ ?(?:%|percent) less",
        r"ends (?:tonight|today|soon)",
    )),
    ("reviews", "Reviews and ratings", "What others think: stars, reviews, answers, bestsellers.", (
        r"reviews?|reviewed|reviewers?|ratings?|rated|stars?|\d-star|feedback|opinions?",
        r"best ?sellers?|best-selling|popular|recommended|questions? (?:and answers?|section)",
        r"(?:customers|buyers|people) (?:say|said|think|write|wrote|ask|like|liked|bought)|comments",
        r"others rate|the answers|buyers complain(?:ed)?|according to|average (?:above|of)|scores?",
    )),
    ("quality", "Quality", "How well it is made and of what, how long it lasts, whether it is safe.", (
        r"quality|durable|durability|sturdy|solid|flimsy|well[- ](?:made|built)|reliable|reliability",
        r"last(?:s|ed|ing)? (?:long|longer|for|ten|years|me)|survives?|breaks?|broken|leaks?",
        r"wears? out|materials?|stainless(?: steel)?|organic|cotton|leather|premium|safe for",
        r"easy to clean|buying (?:anything|things|it) twice|(?<!not )(?<!feel )comfortable|cracks?",
        r"dents?|made in|without plastic|scratch(?:es|ed)?",
    )),
    ("fit", "Size, options and compatibility", "Whether it fits: sizes, variants, what it works with.", (
        r"sizes?|sizing|fits?(?! my budget| the budget)|fitting|measurements?|dimensions?|capacity",
        r"compatib(?:le|ility)|works? with|weighs?|weight|lightweight",
        r"(?:the|a) (?:small|medium|large)(?: one)?(?= since| because| is| should|[.,]|$)|litres?",
        r"liters?|inch(?:es)?|variants?",
        r"(?:select|choose|pick|which) (?:a |an |the |my )?(?:colou?r|size|option|variant|style)s?",
        r"how (?:big|large|small|wide|heavy)|how long (?:is|are)|work on an?|suits? my",
    )),
    ("looks", "Looks", "Colour, style, pictures.", (
        r"colou?r(?:s|ed|ful)?|style|stylish|designs?|pictures?|photos?|images?|good match",
        r"looks? (?:nice|good|great|beautiful|pretty|cute|fun|elegant|cheap|flimsy|modern|lovely)",
        r"beautiful|cute|elegant|black|white|blue|navy|red|green|gr[ae]y|brown|beige|pink|violet",
        r"purple|burgundy|yellow|multicolou?red|match(?:es)? my (?:kitchen|room|dress|outfit|style)",
    )),
    ("details", "Details of a product", "Wanting to know more: descriptions, specifications, features.", (
        r"specifications?|specs|descriptions?|describes?|features?|(?:more )?information|more info",
        r"(?:doesn't|does not|don't|do not) say|tells? me (?:more )?about|learn more|find out more",
        r"battery(?: life)?|ingredients?|what it (?:does|can do)|know more",
        r"(?<!card )(?<!payment )details?|mentions?|the title says|technical data",
    )),
    ("brand", "Brand", "Who makes it.", (
        r"brands?|branded|maker|manufacturer|made by|names? (?:that )?i know",
    )),
    ("comparison", "Comparing", "Holding products against each other, coming back to one.", (
        r"compar(?:e|es|ed|ing|isons?)|(?:difference|choose|decide) between|alternatives?",
        r"similar (?:ones|products)|than the (?:last|other|first|second|previous|red|one|others|two)",
        r"of the two|the other (?:one|option)",
        r"(?:costs?|at|for) (?:just as much|the same(?: price| money)?)|the same (?:price|money)",
        r"as much as the|(?:look|looked|looking) (?:at it )?again",
        r"(?:saw|seen|opened) (?:it )?(?:earlier|before|already)|better than|versus|vs|identical",
        r"the (?:larger|smaller|bigger) one|between the|like the first more",
    )),
    ("stock", "Availability", "Sold out, few left, not offered.", (
        r"sold out|out of stock|in stock|(?:un)?available|availability|only comes in",
        r"(?:only )?(?:\d+|a few|few|two|three) left",
        r"(?:don't|doesn't) (?:have|sell|carry) (?:it|any|them)|no stock|only one left",
    )),
    ("for_whom", "Whom it is for", "Gifts, and who will use it.", (
        r"gifts?|presents?|birthday|christmas|wedding|anniversary",
        r"(?:for |love |my )(?:sons?|daughters?|kids?|child|children|baby|nephew|niece|dogs?|cats?)",
        r"(?:for |my )(?:husband|wife|mother|father|mom|dad|sister|brother|friends?)",
    )),
)  # fmt: skip

_FINDING: tuple[Entry, ...] = (
    ("nothing_found", "Nothing found", "No results; what one was looking for is not there.", (
        r"no (?:results?|products?|matches|items?|luck)|zero results|found nothing",
        r"removed everything",
        r"nothing (?:found|came up|comes up|matches|matched|suitable|here (?:fits|is|suits)|like it)",
        r"nothing here",
        r"(?:didn't|did not|could not|couldn't|can't|cannot) find (?:a|any|anything|one|what|a single)",
        r"none of (?:these|them|the results) (?:have|has|come|comes|are|is|fits?|match(?:es)?|suits?)",
        r"still nothing|nothing new|nothing that i|nothing on this page|has what i",
    )),
    ("too_much", "Too many results", "More than one can look at.", (
        r"too much (?:choice|to look)|overwhelm(?:ed|ing)|so many|endless|number of choices",
        r"long list|(?:hundreds|thousands) of (?:results|products|options)",
        r"(?:list|choice) is (?:huge|long)|too many(?! words| steps| questions)",
        r"\d,\d{3} (?:results|products|items|options)",
    )),
    ("wrong_results", "Results that do not fit", "The search brought something else.", (
        r"nothing to do with",
        r"not what i (?:typed|searched|asked|was looking|am looking|wanted|want|need)|irrelevant",
        r"unrelated|not relevant|wrong (?:results?|products?|items?|kind|category|thing)",
        r"(?:search|it|site|shop) (?:didn't|did not|doesn't|does not) understand",
        r"(?:don't|do not) match(?: what)?|why am i seeing|asked for",
    )),
    ("searching", "Wording a search", "What to type.", (
        r"search(?:es|ed|ing)?|keywords?|(?:other|simpler|fewer|more general|different|\w+) words",
        r"i(?:'ll)? type(?! in my)|turn up more|shorten it|try [\"“]",
    )),
    ("narrowing", "Filters and sorting", "Narrowing a list down, putting it in order.", (
        r"filter(?:s|ed|ing)?|sort(?:ed|ing)?(?! of)|narrow(?:s|ed|ing)?(?: it| this| them)? down",
        r"refine|by (?:price|rating|customer rating|brand|relevance)",
    )),
    ("browsing", "Looking around", "Having a look at one and another, without saying what for.", (
        r"(?:have|having|take|taking) (?:a |another )?(?:quick |closer )?look",
        r"(?:a|want a) closer look|look at (?:it|one|the|another|this|that|what|these|some|more)",
        r"look all the same|look around|just looking",
        r"let me (?:see|look at|open|check out)(?! if| whether| the reviews)|brows(?:e|ing)|curious",
        r"wonder about|what about one|want to see (?:it|that|one|this|what|the|more)",
        r"that i want to see|i'll see|see what|one more|explor(?:e|ing)|let me look through",
        r"checking what's new|looks? interesting|i open (?:it|one|the|that)|look closer",
    )),
    ("navigation", "Finding one's way", "Where to go in the shop: pages, departments, back, the cart.", (
        r"back to (?:the|my)|return to the|home ?page|menu|help page|scroll",
        r"(?:next|previous|first|last) page|page \d+|page before|another page|one page|departments?",
        r"categor(?:y|ies)|navigat(?:e|ion|ing)|turn to the|(?:start|begin) with the|next i try",
        r"now the (?:trousers|skirts|blouses|sale)",
        r"(?:see|view|check|open|go to) (?:the |my )?(?:cart|basket|bag)|cart icon",
        r"page (?:two|three|four|five)|(?:on|go) to the next(?: one)?",
        r"(?:go|going|went|turn) back(?! to sleep)|come back to (?:it|the|this)",
        r"where's the (?:cart|basket|bag)|was on this page|overview",
    )),
)  # fmt: skip

_SHOP: tuple[Entry, ...] = (
    ("confusion", "Confusion and trouble", "Not understanding a page, nothing happens, hard to read.", (
        r"confus(?:ed|ing|es)|(?:don't|do not|didn't|can't|cannot) understand|unclear|not clear",
        r"no idea",
        r"(?:can't|cannot|couldn't|could not) (?:find|see|tell) (?:where|the|how|my|a way|it)",
        r"where (?:is|are|do i)|(?:doesn't|does not|didn't|not) work(?:ing)?|did nothing",
        r"nothing happen(?:s|ed)|errors?|went wrong|try again|stuck|hard to (?:read|find|see)",
        r"takes forever|(?:too |so )slow(?:ly)?|expected (?:the|it|to)|weird|strange",
        r"what .{1,30} means?|looks the same|rejected|not accepted|greyed out|and nothing(?=[.!]|$)",
        r"loading|eyesight|tiny|won't let me|too small for me|don't get it|odd|declined",
    )),
    ("dialogs", "Dialogs and banners", "Cookies, newsletters, pop-ups that get in the way.", (
        r"(?:accept|reject|decline|allow|about|the|their|these|any|no|use|all|necessary) cookies",
        r"cookies? (?:banner|notice|message|dialog|question|settings)|pop-?ups?|newsletters?",
        r"banners?|dialogs?|in (?:my|the) way|subscribe|notifications?|percent for my email",
        r"in front of the page|rid of (?:it|this|that)|i agree to the cookies",
    )),
    ("advertising", "Advertising", "Paid places, pressing to buy.", (
        r"sponsored|ads?|advert\w*|promoted|pushy",
    )),
    ("trust", "Trust", "Whether the shop and its goods are what they claim to be.", (
        r"trust(?:s|ed|worthy)?|legit(?:imate)?|genuine|authentic|scam|fake|not a copy",
        r"never heard of|shady|suspicious|secure|feel (?:safe|better|safer)|reassuring|reputable",
        r"wary|who the seller is",
    )),
    ("privacy", "Privacy", "What the shop wants to know of one.", (
        r"privacy|personal (?:data|information|details)|date of birth|spam|track(?:s|ing)? me",
        r"(?:give|share|giving) (?:them |out )?my (?:phone|email|e-mail|address|number|data)",
        r"(?:don't|do not) want (?:their |any )?e?-?mails?|my phone number|handing over my",
    )),
    ("delivery", "Delivery", "What delivery costs, and when things arrive.", (
        r"deliver(?:y|ed|s)?|shipping|ships?|shipped|arriv(?:es?|al|ing)|pick ?up in store",
        r"by (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow)",
    )),
    ("returns", "Returns and guarantee", "What happens if it does not please or breaks.", (
        r"return (?:it|them|this|policy)|returns|refund(?:s|ed)?|exchange|warranty|guarantee[ds]?",
        r"replacement|send it back|money back|return window",
    )),
    ("hurry", "Time", "Being in a hurry, or needing it by a day.", (
        r"hurry|(?:be|make it) quick|quickly|(?:no|little|short on|enough|running out of) time",
        r"break is|patience|in (?:a|no) rush|rush(?:ed|ing)?|urgent(?:ly)?|soon|too late|in time",
        r"takes? too long|wait(?:ing)?|how long does it take|(?:\w+) minutes",
    )),
)  # fmt: skip

_BUYING: tuple[Entry, ...] = (
    ("account", "Accounts", "Logging in, having to register, ordering as a guest.", (
        r"accounts?|(?:log|sign)(?:ing)? ?-?in|sign(?:ing)? ?-?up|register(?:ing|ed)?|registration",
        r"passwords?|as a guest|guest checkout",
    )),
    ("checkout", "Checkout and payment", "Forms, payment, what stands between the cart and the order.", (
        r"to (?:the )?check ?-?out|check ?-?out (?:page|process|form|steps?)",
        r"(?:this|the|a|long) form|too many steps|fill(?:ing)? (?:in|out|it)",
        r"(?:my|their|the|street|delivery) address|zip(?: code)?|post ?code|expiry",
        r"card (?:number|form|details)|(?:my|the|take|credit) cards?|security code|paypal",
        r"pay(?:ment|ing|s)?|billing|typed my|(?:standard|express) delivery|my zip",
    )),
    ("cart", "Changing the cart", "Taking something out, how many of it.", (
        r"quantity|remove (?:it|one|the|this|that)|how many|take (?:it|one) out|need only one",
        r"only need one|duplicate|only wanted one|from (?:my|the) (?:cart|basket|bag)|take out the",
    )),
    ("later", "Keeping it for later", "Wish lists, coming back another time.", (
        r"wish ?list|save (?:it|this) for later|for later|come back (?:later|another)|think about it",
        r"for today|bookmark|sleep on it|come back tomorrow|keep (?:it|this|that) in mind",
    )),
    ("deciding", "Decided to buy", "This one: into the cart, on to the order.", (
        r"(?:that's|that is|this is) (?:the one|it(?=[,.!]|$))|suits me|looks right|could be it",
        r"(?:going to|want to) (?:buy|take|order) (?:it|this|that|the|one|them)",
        r"complete (?:the |my )?(?:order|purchase)|proceed(?:ing)? to",
        r"(?:ready|decided) to (?:buy|order|purchase)|exactly what i|perfect for|happy with my",
        r"all i need|what i want and",
        r"(?<!before )add(?:ing)? (?:\w+ ){0,5}(?:to|into) (?:my |the )?(?:cart|basket|bag)",
        r"plac(?:e|ed|ing) (?:the |my |an )?order|(?:just )?what i need(?:ed)?(?=[.,!]|$)",
        r"put it in(?:to)? (?:my |the )?(?:cart|basket|bag)|confirm the order|the order is in",
        r"i(?:'ll| will)? (?:buy|take|order|go with) (?:it|this|that|the|one)(?! in| out| second| next)",
    )),
    ("giving_up", "Giving up", "Leaving without buying.", (
        r"leave(?! (?:a|it (?:at|in|on)) )|leaving|i(?:'m| am) done|g(?:i|a)ve up|giving up",
        r"stop here|lost interest|close the (?:window|page|site|tab)|that(?:'s| is) it for me",
        r"(?:now |and )i? ?go(?=[.,]|$| now)|leave it at that|take none|none bought",
        r"(?:bought|buy|buying) nothing|without buying|elsewhere",
        r"(?:another|other) (?:shop|store|site)|not worth|i(?:'ll)? pass|seen enough",
        r"(?:looked at|had) enough|not for me|nothing convinces|lose patience|local store",
        r"that won't do|i'm out|in town instead",
    )),
)  # fmt: skip

LEXICON = _PRODUCT + _FINDING + _SHOP + _BUYING
"""All themes: what is sold, finding it, what the shop is like, buying."""
