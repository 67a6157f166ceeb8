"""Stands in for vLLM at the wire: its command line, its readiness, its list of models, its children.

The environment variable STAND_IN_BEHAVIOUR says how: `ready` at once; `dies` while it loads, with a last
word; `loads` until the file `loaded` lies in the model's folder; `stubborn`, deaf to the signal that asks it
to end.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-m", dest="module", required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--served-model-name", required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments, _ = parser.parse_known_args()
    behaviour = os.environ.get("STAND_IN_BEHAVIOUR", "ready")
    if behaviour == "dies":
        sys.exit("RuntimeError: the weights are not what they should be")
    if behaviour == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    (arguments.model / "child.pid").write_text(str(child.pid))

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            loaded = behaviour != "loads" or (arguments.model / "loaded").exists()
            models = {"data": [{"id": arguments.served_model_name, "max_model_len": 512}]}
            body = json.dumps(models if self.path == "/v1/models" else {}).encode()
            self.send_response(200 if loaded else 503)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    ThreadingHTTPServer((arguments.host, arguments.port), Answers).serve_forever()


main()
