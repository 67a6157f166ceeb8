"""How ours and its peers read pages, measured side by side: `python -m benchmarks.simplify`."""
