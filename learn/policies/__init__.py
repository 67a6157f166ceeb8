"""Policies that are no language models: the baselines that every score stands beside."""
