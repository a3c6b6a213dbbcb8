#!/usr/bin/env python3
"""Checks recorded answers of the service against its own description, schema/openapi.yaml.

usage: check_openapi.py OPENAPI.yaml RECORD.ndjson...

A record is one JSON object a line: method, path, query, status, content_type, body. The
description itself is validated first. An answer must have a status and a content type that are
described, and a body that fits; members that the description does not name are wrong. What is
outside the described operations has to be answered with a problem document.

Exit status: 0 all right, 1 violations or an empty record, 2 wrong usage, 77 not checked because the
library is missing (see requirements.txt).
"""

import copy
import json
import re
import sys

SKIPPED = 77
SERVER = "http://ledger.example"
PROBLEM = "application/problem+json"

try:
    import yaml
    from openapi_core import Config, OpenAPI
    from openapi_core.exceptions import OpenAPIError
    from openapi_core.templating.paths.exceptions import PathError
    from openapi_core.testing import MockRequest, MockResponse
except ImportError as error:
    print(f"NOT CHECKED: the Python packages openapi-core and PyYAML are missing ({error}); "
          "install Tests/Support/requirements.txt", file=sys.stderr)
    sys.exit(SKIPPED)


def close(schema):
    """Forbids, in place, the members that an object schema does not name."""
    if isinstance(schema, list):
        for part in schema:
            close(part)
    elif isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            close(part)


def tightened(description):
    spec = copy.deepcopy(description)
    close(spec["components"]["schemas"])
    for operations in spec["paths"].values():
        for operation in operations.values():
            close(operation["responses"])
    spec["servers"] = [{"url": SERVER}]
    return spec


class Validator:
    def __init__(self, description):
        OpenAPI.from_dict(copy.deepcopy(description)).check_spec()
        self.spec = tightened(description)
        self.openapi = OpenAPI.from_dict(
            self.spec, config=Config(extra_media_type_deserializers={
                PROBLEM: json.loads, "text/event-stream": bytes.decode,
                "application/x-ndjson": bytes.decode,
                "text/javascript": bytes.decode}))
        self.seen = set()

    def problems(self, record):
        """What is wrong with one recorded answer: a list of sentences."""
        media = record["content_type"].split(";")[0].strip()
        record = {**record, "path": one_step(record["path"])}
        request = MockRequest(SERVER, record["method"].lower(), record["path"])
        found = self.by_description(request, record, media)
        if media == PROBLEM:
            found += self.by_status(record)
        return found

    def by_description(self, request, record, media):
        body = record["body"].encode()
        response = MockResponse(
            body, status_code=record["status"], content_type=media, headers={})
        try:
            self.openapi.validate_response(request, response)
        except PathError:
            return [] if record["status"] in (404, 405) and media == PROBLEM else [
                f"{record['status']} {media} for something that is not described"]
        except OpenAPIError as error:
            return [explained(error)]
        self.note(record)
        return []

    @staticmethod
    def by_status(record):
        """The status is in the head and in the problem document."""
        try:
            problem = json.loads(record["body"])
        except ValueError as error:
            return [f"the problem is no JSON: {error}"]
        missing = {"type", "title", "status", "code", "detail", "hint"} - problem.keys()
        found = [f"the problem has no {name}" for name in sorted(missing)]
        if problem.get("status") != record["status"]:
            found.append(f"the problem says {problem.get('status')}")
        return found

    def note(self, record):
        template = self.template(record["path"])
        self.seen.add((record["method"].lower(), template, str(record["status"])))

    def template(self, path):
        sent = path.split("/")
        fits = [template for template in self.spec["paths"]
                if len(template.split("/")) == len(sent) and all(
                    step.startswith("{") or step == part
                    for step, part in zip(template.split("/"), sent))]
        return min(fits, key=lambda template: template.count("{"))

    def unseen(self):
        return sorted(
            f"{method.upper()} {path} {status}"
            for path, operations in self.spec["paths"].items()
            for method, operation in operations.items()
            for status in operation["responses"]
            if (method, path, status) not in self.seen)


def one_step(path):
    """What follows the level of a tile has several steps, and OpenAPI's parameters have one."""
    return re.sub(r"^(/tile/[^/]+/)(.+)$", lambda m: m[1] + m[2].replace("/", "%2F"), path)


def explained(error):
    """The reason below the library's general sentence."""
    cause = error.__cause__
    details = [getattr(e, "message", str(e)) for e in getattr(cause, "schema_errors", [])]
    return "; ".join([f"{type(error).__name__}: {error}"] + details)


def control(method, path, status, body, content_type="application/json"):
    return {"method": method, "path": path, "query": "", "status": status,
            "content_type": content_type,
            "body": body if isinstance(body, str) else json.dumps(body)}


RECEIPT = {"index": 4, "leaf": "0" * 64, "duplicate": False}
REFUSAL = {"type": "about:blank", "title": "t", "status": 404, "code": "not_found",
           "detail": "d", "hint": None}

GOOD = {
    "greeting": control("GET", "/", 200, "Hello, World", "text/plain; charset=utf-8"),
    "receipt": control("POST", "/webhooks/github", 202, RECEIPT),
    "refusal": control("GET", "/v1/entries/4", 404, REFUSAL, PROBLEM),
    "unknown path": control("GET", "/nothing", 404, REFUSAL, PROBLEM),
    "unknown method": control("DELETE", "/ping", 405, {**REFUSAL, "status": 405}, PROBLEM),
}

BAD = {
    "another greeting": control("GET", "/", 200, "Hello", "text/plain"),
    "greeting as JSON": control("GET", "/", 200, '"Hello, World"'),
    "status that is not described": control("POST", "/webhooks/github", 201, RECEIPT),
    "member missing": control("POST", "/webhooks/github", 202, {"index": 4, "leaf": "0" * 64}),
    "member unknown": control("POST", "/webhooks/github", 202, {**RECEIPT, "more": 1}),
    "index as text": control("POST", "/webhooks/github", 202, {**RECEIPT, "index": "4"}),
    "short leaf": control("POST", "/webhooks/github", 202, {**RECEIPT, "leaf": "0"}),
    "problem as JSON": control("GET", "/v1/entries/4", 404, REFUSAL),
    "problem without hint": control(
        "GET", "/v1/entries/4", 404, {k: v for k, v in REFUSAL.items() if k != "hint"}, PROBLEM),
    "problem of another status": control(
        "GET", "/v1/entries/4", 404, {**REFUSAL, "status": 400}, PROBLEM),
    "problem with a member more": control(
        "GET", "/v1/entries/4", 404, {**REFUSAL, "trace": "x"}, PROBLEM),
    "unknown path answered": control("GET", "/nothing", 200, {}),
    "unknown path without hint": control("GET", "/nothing", 404, {"status": 404}, PROBLEM),
}


def self_test(validator):
    """Whether it can tell right from wrong at all. Runs before every check."""
    return ([f"refused, but right: {name}: {problems}" for name, record in GOOD.items()
             if (problems := validator.problems(record))]
            + [f"passed, but wrong: {name}" for name, record in BAD.items()
               if not validator.problems(record)])


def check(validator, names):
    checked = wrong = 0
    for name in names:
        with open(name, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                record = json.loads(line)
                checked += 1
                problems = validator.problems(record)
                wrong += bool(problems)
                for problem in problems:
                    print(f"{number}: {record['method']} {record['path']} {record['status']}: "
                          f"{problem}")
    return checked, wrong


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    with open(arguments[0], encoding="utf-8") as file:
        validator = Validator(yaml.safe_load(file))
    failures = self_test(validator)
    for failure in failures:
        print(failure)
    validator.seen.clear()
    checked, wrong = check(validator, arguments[1:])
    unseen = validator.unseen()
    print(f"{checked} answers checked, {wrong} wrong; described and not provoked: "
          f"{', '.join(unseen) or 'none'}")
    if checked == 0:
        print("an empty record proves nothing")
    return 1 if failures or wrong or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
