"""Hooks of schemathesis for StrangeRequestTests: how lines of JSON are sent."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    """What is no list becomes one line, so that wrong bodies are sent, too."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    elements = value if isinstance(value, list) else [value]
    return "\n".join(json.dumps(element) for element in elements).encode()
