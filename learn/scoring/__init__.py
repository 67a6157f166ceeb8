"""How likely a language model holds each thing that can be done: its own probabilities, not its samples."""
