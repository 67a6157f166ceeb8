#!/usr/bin/env python3
"""Stands in for the model environment's Python: answers as `score_choices.py` does, by a few words it likes.

The model folder holds `likes.json`: `choices` (a choice is likelier by e^4 for each of these texts in it),
`text` and `reply` (what it says until a quote, and until the end), and `lives` (requests until it dies). Each
request is noted in `requests.jsonl`.
"""

import json
import math
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    folder = Path(sys.argv[2])
    likes = json.loads((folder / "likes.json").read_text())
    print(json.dumps({"ready": True}), flush=True)
    for number, line in enumerate(sys.stdin):
        if number >= likes.get("lives", math.inf):
            sys.exit("out of breath")
        with (folder / "requests.jsonl").open("a") as log:
            log.write(line)
        answers = [answer(ask, likes) for ask in json.loads(line)["asks"]]
        print(json.dumps({"answers": answers, "tokens": 1}), flush=True)


def answer(ask: dict[str, Any], likes: dict[str, Any]) -> dict[str, Any]:
    if "draws" in ask:
        return {"texts": [likes["text"]] * ask["draws"]}
    if "prefix" in ask:
        return {"text": likes["reply"] if ask["until"] == "end" else likes["text"]}
    points = [4.0 * sum(like in choice for like in likes["choices"]) for choice in ask["choices"]]
    whole = math.log(sum(math.exp(each) for each in points))
    return {"log_probabilities": [each - whole for each in points]}


if __name__ == "__main__":
    main()
