"""Fine-tuning: what a model learns from people's sessions, and the run that teaches it."""
