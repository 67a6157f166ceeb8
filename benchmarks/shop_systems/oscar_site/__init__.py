"""A shop of django-oscar: run by the environment that has it."""
