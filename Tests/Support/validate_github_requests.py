#!/usr/bin/env python3
"""Checks recorded requests to GitHub against GitHub's own OpenAPI description.

    validate_github_requests.py EXTRACT RECORD.ndjson...   checks the records
    validate_github_requests.py EXTRACT --self-test        checks the checker

EXTRACT is an OpenAPI 3.1 document of GitHub's REST API, version 2026-03-10. A record has one JSON
object a line, as FakeGitHub writes it: method, path, query, headers (names in lower case), body.

The description allows members that it does not name, and has no length of a status description.
Both are checked here as well, and the header fields that every call has to carry. Operations that
the extract lacks stand below, as GitHub documents them.

Exit status: 0 all right, 1 violations or an empty record, 2 wrong usage, 77 not checked because the
extract or the library is missing (see requirements.txt).
"""

import argparse
import copy
import json
import sys
import urllib.parse

SKIPPED = 77
SERVER = "https://api.github.com"
MAXIMUM_DESCRIPTION = 140  # characters; GitHub answers 422 above
HEADERS = {
    "accept": lambda value: value == "application/vnd.github+json",
    "x-github-api-version": lambda value: value == "2026-03-10",
    "user-agent": lambda value: bool(value.strip()),
    "authorization": lambda value: value.startswith("Bearer "),
}


def parameter(name, kind, place="path", **schema):
    return {"name": name, "in": place, "required": place == "path",
            "schema": {"type": kind, **schema}}


REPOSITORY = [parameter("owner", "string"), parameter("repo", "string")]
PAGING = [parameter("per_page", "integer", "query"), parameter("page", "integer", "query")]
DONE = {"default": {"description": "see docs"}}


def taking(required, **members):
    schema = {"type": "object", "required": required, "properties": members}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


# docs.github.com/rest: issues, comments, users
SUPPLEMENT = {
    "/repos/{owner}/{repo}/issues": {
        "get": {"responses": DONE, "parameters": REPOSITORY + PAGING + [
            parameter("state", "string", "query", enum=["open", "closed", "all"]),
            parameter("creator", "string", "query"),
            parameter("sort", "string", "query", enum=["created", "updated", "comments"]),
            parameter("direction", "string", "query", enum=["asc", "desc"])]},
        "post": {"responses": DONE, "parameters": REPOSITORY, "requestBody": taking(
            ["title"], title={"type": "string"}, body={"type": "string", "maxLength": 65536},
            labels={"type": "array", "items": {"type": "string"}})},
    },
    "/repos/{owner}/{repo}/issues/{issue_number}/comments": {
        "get": {"responses": DONE, "parameters": REPOSITORY + PAGING + [
            parameter("issue_number", "integer"), parameter("since", "string", "query")]},
        "post": {"responses": DONE,
                 "parameters": REPOSITORY + [parameter("issue_number", "integer")],
                 "requestBody": taking(
                     ["body"], body={"type": "string", "minLength": 1, "maxLength": 65536})},
    },
    "/user": {"get": {"responses": DONE, "parameters": []}},
}


def skip(reason):
    print(f"NOT CHECKED: {reason}", file=sys.stderr)
    sys.exit(SKIPPED)


try:
    from openapi_core import OpenAPI
    from openapi_core.exceptions import OpenAPIError
    from openapi_core.testing import MockRequest
except ImportError as error:
    skip(f"the Python package openapi-core is missing ({error}); "
         "install Tests/Support/requirements.txt")


def close(schema):
    """Forbids, in place, the members that an object schema does not name."""
    if isinstance(schema, list):
        for part in schema:
            close(part)
    elif isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            if not isinstance(schema.get("additionalProperties"), dict):
                schema["additionalProperties"] = False
        for part in schema.values():
            close(part)


def tightened(extract):
    """The description with closed objects, with the words of `filter`, which it has lost, and with
    the operations that it lacks."""
    spec = copy.deepcopy(extract)
    for path, operations in copy.deepcopy(SUPPLEMENT).items():
        spec["paths"][path] = {**operations, **spec["paths"].get(path, {})}
    close(spec["components"].get("schemas", {}))
    for operations in spec["paths"].values():
        for operation in operations.values():
            close(operation.get("requestBody", {}))
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "filter" and parameter["schema"] == {"type": "null"}:
                    parameter["schema"] = {"type": "string", "enum": ["latest", "all"]}
    spec["servers"] = [{"url": SERVER}]
    return spec


class Validator:
    def __init__(self, extract, prefix=""):
        spec = tightened(extract)
        self.paths = spec["paths"]
        self.prefix = prefix
        self.openapi = OpenAPI.from_dict(spec)

    def problems(self, record):
        """What is wrong with one recorded request: a list of sentences."""
        return (self.by_headers(record) + self.by_description(record) + self.by_query(record)
                + self.by_length(record))

    def path(self, record):
        return record["path"].removeprefix(self.prefix)

    def by_headers(self, record):
        headers = record["headers"]
        found = [f"header {name}: {headers.get(name)!r}" for name, is_right in HEADERS.items()
                 if not is_right(headers.get(name, ""))]
        content = headers.get("content-type", "").split(";")[0].strip()
        if record["body"] and content != "application/json":
            found.append(f"header content-type: {content!r} for a body")
        return found

    def by_description(self, record):
        request = MockRequest(
            SERVER, record["method"].lower(), self.path(record),
            args=urllib.parse.parse_qs(record["query"], keep_blank_values=True),
            headers=record["headers"], data=record["body"].encode() or None,
            content_type=record["headers"].get("content-type", ""))
        try:
            self.openapi.validate_request(request)
        except OpenAPIError as error:
            return [explained(error)]
        return []

    def by_query(self, record):
        """The library lets unknown query parameters pass."""
        operation = self.operation(record)
        if operation is None:
            return []
        known = {p["name"] for p in operation.get("parameters", []) if p["in"] == "query"}
        sent = urllib.parse.parse_qs(record["query"], keep_blank_values=True)
        return [f"query parameter {name!r} is unknown" for name in sent if name not in known]

    def operation(self, record):
        sent = self.path(record).split("/")
        for template, operations in self.paths.items():
            steps = template.split("/")
            if len(steps) == len(sent) and all(
                    step.startswith("{") or step == part for step, part in zip(steps, sent)):
                if record["method"].lower() in operations:
                    return operations[record["method"].lower()]
        return None

    def by_length(self, record):
        if record["method"] != "POST" or "/statuses" not in record["path"]:
            return []
        try:
            description = json.loads(record["body"]).get("description")
        except (ValueError, AttributeError):
            return []  # refused by the description already
        if description is None or len(description) <= MAXIMUM_DESCRIPTION:
            return []
        return [f"description of {len(description)} characters, at most {MAXIMUM_DESCRIPTION}"]


def explained(error):
    """The reason below the library's general sentence."""
    cause = error.__cause__
    details = [getattr(e, "message", str(e)) for e in getattr(cause, "schema_errors", [])]
    return "; ".join([f"{type(error).__name__}: {error}"] + details)


def check(validator, records):
    """Prints every violation; returns how many requests were checked and how many were wrong."""
    checked = wrong = 0
    for name in records:
        with open(name, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                record = json.loads(line)
                checked += 1
                problems = validator.problems(record)
                wrong += bool(problems)
                for problem in problems:
                    print(f"{name}:{number}: {record['method']} {record['path']}: {problem}")
    return checked, wrong


def control(method, path, body=None, query="", without=(), headers=None):
    """A request that is right but for what is given."""
    fields = {
        "accept": "application/vnd.github+json", "x-github-api-version": "2026-03-10",
        "user-agent": "release-ledger", "authorization": "Bearer [redacted]",
        **({"content-type": "application/json"} if body is not None else {}), **(headers or {}),
    }
    return {
        "method": method, "path": path, "query": query,
        "headers": {name: value for name, value in fields.items() if name not in without},
        "body": "" if body is None else body if isinstance(body, str) else json.dumps(body),
    }


SHA = "a1" * 20
STATUSES = f"/repos/acme/api/statuses/{SHA}"
RUNS = "/repos/acme/api/check-runs"
LIST = f"/repos/acme/api/commits/{SHA}/check-runs"
GATE = "/repos/acme/api/actions/runs/5/deployment_protection_rule"
TOKEN = "/app/installations/9/access_tokens"


OWN = f"{RUNS}/70000000001"
ISSUES = "/repos/acme/api/issues"
COMMENTS = f"{ISSUES}/7/comments"
HOOKS = "/repos/acme/api/hooks"


def annotations(count):
    return [{"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "notice",
             "message": "m"}] * count


def output(count):
    return {"title": "t", "summary": "s", "annotations": annotations(count)}


GOOD = {
    "status": control("POST", STATUSES, {
        "state": "success", "description": "x" * 140, "context": "ledger/merge-gate",
        "target_url": "https://ledger.example/1"}),
    "status with its state only": control("POST", STATUSES, {"state": "pending"}),
    "check run": control("POST", RUNS, {
        "name": "n", "head_sha": SHA, "status": "completed", "conclusion": "success"}),
    "50 annotations": control("POST", RUNS, {
        "name": "n", "head_sha": SHA, "status": "in_progress", "output": output(50)}),
    "gate review": control("POST", GATE, {
        "environment_name": "production", "state": "approved", "comment": "c"}),
    "token": control("POST", TOKEN, {
        "repository_ids": [1], "permissions": {"checks": "write"}}),
    "list of check runs": control("GET", LIST, query="filter=latest&per_page=100&page=2"),
    "list of statuses": control(
        "GET", f"/repos/acme/na%20me/commits/heads%2Fmain/statuses", query="per_page=100"),
    "pull request": control("GET", "/repos/acme/api/pulls/7"),
    "changed check run": control("PATCH", OWN, {
        "name": "n", "status": "in_progress", "external_id": SHA, "output": output(0)}),
    "finished check run": control("PATCH", OWN, {"status": "completed", "conclusion": "failure"}),
    "own check runs": control("GET", LIST, query="check_name=n&app_id=7&filter=latest"),
    "progress note": control("POST", GATE, {"environment_name": "production", "comment": "c"}),
    "token for everything": control("POST", TOKEN, {}),
    "installation": control("GET", "/repos/acme/api/installation"),
    "App": control("GET", "/app"),
    "user": control("GET", "/user"),
    "open pull requests": control(
        "GET", "/repos/acme/api/pulls",
        query="state=open&sort=created&direction=asc&per_page=100"),
    "pull requests of a commit": control(
        "GET", f"/repos/acme/api/commits/{SHA}/pulls", query="per_page=100"),
    "workflow runs": control(
        "GET", "/repos/acme/api/actions/runs", query=f"head_sha={SHA}&per_page=100"),
    "rules of a branch": control("GET", "/repos/acme/api/rules/branches/release%2F1"),
    "protection": control("GET", "/repos/acme/api/branches/main/protection"),
    "hooks": control("GET", HOOKS, query="per_page=100"),
    "deliveries": control("GET", f"{HOOKS}/3/deliveries", query="per_page=100&cursor=v1_9"),
    "deliveries of an App": control("GET", "/app/hook/deliveries", query="status=failure"),
    "redelivery": control("POST", f"{HOOKS}/3/deliveries/12000000000/attempts"),
    "redelivery of an App": control("POST", "/app/hook/deliveries/12000000000/attempts"),
    "issue": control("POST", ISSUES, {"title": "t", "body": "b"}),
    "issues": control(
        "GET", ISSUES, query="state=all&creator=x%5Bbot%5D&sort=created&direction=desc"),
    "comment": control("POST", COMMENTS, {"body": "b"}),
    "comments": control("GET", COMMENTS, query="per_page=100&page=2"),
}

BAD = {
    "state passed": control("POST", STATUSES, {"state": "passed"}),
    "no state": control("POST", STATUSES, {"context": "c"}),
    "context null": control("POST", STATUSES, {"state": "success", "context": None}),
    "description of 141": control("POST", STATUSES, {
        "state": "success", "description": "x" * 141}),
    "unknown member": control("POST", STATUSES, {"state": "success", "sha": SHA}),
    "no body": control("POST", STATUSES),
    "body is no JSON": control("POST", STATUSES, "{"),
    "body is a list": control("POST", STATUSES, []),
    "completed without conclusion": control("POST", RUNS, {
        "name": "n", "head_sha": SHA, "status": "completed"}),
    "51 annotations": control("POST", RUNS, {
        "name": "n", "head_sha": SHA, "status": "in_progress", "output": output(51)}),
    "gate state approve": control("POST", GATE, {
        "environment_name": "production", "state": "approve"}),
    "checks admin": control("POST", TOKEN, {"permissions": {"checks": "admin"}}),
    "check run that is in progress and concluded badly": control("PATCH", OWN, {
        "status": "in_progress", "conclusion": "passed"}),
    "check run with a SHA of its own": control("PATCH", OWN, {
        "head_sha": SHA, "status": "in_progress"}),
    "check run without a number": control("PATCH", f"{RUNS}/x", {"status": "in_progress"}),
    "summary of 65,536": control("POST", RUNS, {
        "name": "n", "head_sha": SHA, "output": {"title": "t", "summary": "x" * 65_536}}),
    "output without title": control("POST", RUNS, {
        "name": "n", "head_sha": SHA, "output": {"summary": "s"}}),
    "changed by POST": control("POST", OWN, {"status": "in_progress"}),
    "app that is no number": control("GET", LIST, query="app_id=the-ledger"),
    "gate without environment": control("POST", GATE, {"state": "approved"}),
    "gate with neither state nor comment": control("POST", GATE, {
        "environment_name": "production"}),
    "gate with a null state": control("POST", GATE, {
        "environment_name": "production", "state": None}),
    "gate of a run without a number": control(
        "POST", GATE.replace("/5/", "/x/"), {"environment_name": "p", "state": "approved"}),
    "token without a body": control("POST", TOKEN),
    "token of an installation without a number": control(
        "POST", TOKEN.replace("/9/", "/x/"), {}),
    "token of repositories by name": control("POST", TOKEN, {"repository_ids": ["api"]}),
    "installation elsewhere": control("GET", "/installation/acme/api"),
    "App by POST": control("POST", "/app", {}),
    "user by POST": control("POST", "/user", {}),
    "pull requests of a strange state": control(
        "GET", "/repos/acme/api/pulls", query="state=merged"),
    "pull requests since": control("GET", "/repos/acme/api/pulls", query="since=2026-10-01"),
    "pull requests of a commit by state": control(
        "GET", f"/repos/acme/api/commits/{SHA}/pulls", query="state=open"),
    "workflow runs by sha": control("GET", "/repos/acme/api/actions/runs", query=f"sha={SHA}"),
    "rules of a branch with a slash": control("GET", "/repos/acme/api/rules/branches/release/1"),
    "protection in pages": control(
        "GET", "/repos/acme/api/branches/main/protection", query="per_page=100"),
    "hooks by cursor": control("GET", HOOKS, query="cursor=v1_9"),
    "deliveries by page": control("GET", f"{HOOKS}/3/deliveries", query="page=2"),
    "deliveries of a strange status": control(
        "GET", "/app/hook/deliveries", query="status=lost"),
    "redelivery by GUID": control("POST", f"{HOOKS}/3/deliveries/guid/attempts"),
    "redelivery by GET": control("GET", "/app/hook/deliveries/12000000000/attempts"),
    "issue without title": control("POST", ISSUES, {"body": "b"}),
    "issues of a strange state": control("GET", ISSUES, query="state=mine"),
    "comment without a body": control("POST", COMMENTS, {"text": "b"}),
    "comment of 65,537": control("POST", COMMENTS, {"body": "x" * 65_537}),
    "comments on no number": control("GET", f"{ISSUES}/x/comments"),
    "unknown path": control("GET", "/repos/acme/api/verdicts"),
    "unknown method": control("DELETE", STATUSES),
    "unencoded slash": control("POST", "/repos/acme/api/statuses/heads/main", {"state": "error"}),
    "filter newest": control("GET", LIST, query="filter=newest"),
    "page that is no number": control("GET", LIST, query="page=two"),
    "pull request that is no number": control("GET", "/repos/acme/api/pulls/seven"),
    "unknown query parameter": control("GET", LIST, query="perpage=100"),
    "content type": control(
        "POST", STATUSES, {"state": "success"}, headers={"content-type": "text/plain"}),
    "old version": control("GET", LIST, headers={"x-github-api-version": "2022-11-28"}),
    "basic credentials": control("GET", LIST, headers={"authorization": "Basic x"}),
    **{f"without {name}": control("GET", LIST, without=(name,)) for name in HEADERS},
}


def self_test(validator):
    failures = [f"refused, but right: {name}: {problems}" for name, record in GOOD.items()
                if (problems := validator.problems(record))]
    failures += [f"passed, but wrong: {name}" for name, record in BAD.items()
                 if not validator.problems(record)]
    for failure in failures:
        print(failure)
    print(f"self-test: {len(GOOD)} right and {len(BAD)} wrong requests, "
          f"{len(failures)} judged falsely")
    return 1 if failures else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("extract", help="OpenAPI description of GitHub's REST API, as JSON")
    parser.add_argument("records", nargs="*", help="recorded requests, one JSON object a line")
    parser.add_argument("--prefix", default="", help="path before /repos, such as /api/v3")
    parser.add_argument("--self-test", action="store_true", help="judge known requests instead")
    parsed = parser.parse_args()
    if bool(parsed.records) == parsed.self_test:
        parser.error("give records or --self-test")
    return parsed


def main():
    options = arguments()
    try:
        with open(options.extract, encoding="utf-8") as file:
            extract = json.load(file)
    except FileNotFoundError:
        skip(f"no such OpenAPI description: {options.extract}")
    validator = Validator(extract, options.prefix)
    if options.self_test:
        return self_test(validator)
    checked, wrong = check(validator, options.records)
    print(f"{checked} requests checked, {wrong} wrong")
    if checked == 0:
        print("an empty record proves nothing")
    return 1 if wrong or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
