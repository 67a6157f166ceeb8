"""A recording read as what it was in a shop's terms, for any shop: from what was recorded alone.

page         a page as simplified HTML tells it: its things and lines
address      what an address says
shop_words   the words of shops, in six languages
cart_words   those of carts and adding
signs        prices, cards, buttons, order fields, nothing found
page_kind    listing, product, cart, checkout, ...
adding       whether an action put something into the cart
reading      the journey: stages, searches, detours
recorded     what of it lies in a recording's folder
"""
