"""The pages of the shop by topic: each module holds handlers, functions of a `Page`."""
