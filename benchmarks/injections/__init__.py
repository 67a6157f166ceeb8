"""How often the text of a page leads the model astray; `docs/injections.md` tells what came of it."""
