"""Draws for one Python peer: scenes and orders come as lines of JSON on stdin, times go out on stdout.

    {"scene": {...}}                                            → {"ready": true}
    {"design": "hero", "format": "png", "texts": [...]}         → {"ms": 12.3, "bytes": 890000}
    {..., "save": "/tmp/x.png"}                                 the image is written there too

A failure is answered with {"error": "..."}.
"""

import importlib
import json
import os
import sys
from time import perf_counter


def answer(order, peer, drawn):
    if "scene" in order:
        drawn[order["scene"]["name"]] = peer.prepare(order["scene"])
        return {"ready": True}
    draw = drawn[order["design"]]
    started = perf_counter()
    body = draw(order["texts"], order["format"])
    ms = (perf_counter() - started) * 1e3
    if "save" in order:
        with open(order["save"], "wb") as file:
            file.write(body)
    return {"ms": ms, "bytes": len(body)}


def main():
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # a library that prints must not end up between the answers
    peer = importlib.import_module(sys.argv[1])
    if len(sys.argv) > 2:
        peer.set_variant(sys.argv[2])
    drawn = {}
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line), peer, drawn)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=out, flush=True)


main()
