"""A small GitHub for benchmarks, and the deliveries that it would send: standard library only.

It answers `GET commits/{sha}/check-runs` from what it was told, lists statuses, and takes new ones.
Time is counted from the moment at which a whole request has arrived.
"""

import asyncio
import hashlib
import hmac
import json
import re
import time

SECRET = "0123456789abcdef0123456789abcdef"
APP = {"id": 15368, "slug": "github-actions"}
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Requests(asyncio.Protocol):
    """Whole HTTP messages of one keep-alive connection, in their order."""

    def __init__(self):
        self.buffer = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            length = LENGTH.search(head)
            size = end + 4 + (int(length.group(1)) if length else 0)
            if len(self.buffer) < size:
                return
            body, self.buffer = self.buffer[end + 4:size], self.buffer[size:]
            self.received(head, body)


class GitHub:
    """`latency` is in seconds, from the whole request to the answer."""

    def __init__(self):
        self.latency = 0
        self.runs = {}
        self.reset()

    def reset(self):
        self.posts, self.calls, self.waiting = [], [], {}
        self.statuses = {}

    async def start(self):
        server = await asyncio.get_running_loop().create_server(
            lambda: Connection(self), "127.0.0.1", 0, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        return self

    def tell(self, sha, run, conclusion):
        self.runs[sha] = json.dumps(
            {"total_count": 1, "check_runs": [check_run(sha, run, conclusion)]}).encode()

    def next_post(self, sha):
        """The moment and the state of the next status of this commit."""
        self.waiting[sha] = asyncio.get_running_loop().create_future()
        return self.waiting[sha]

    def answer(self, method, path, body):
        now = time.perf_counter()
        parts = path.split("?", 1)[0].split("/")
        call = f"{method} {parts[4] if len(parts) < 7 else parts[6]}"
        # What is asked once a day or an hour, whatever is delivered, is no cost of a verdict.
        if call in ("POST statuses", "GET check-runs", "GET statuses", "GET actions"):
            self.calls.append(call)
        if method == "POST" and parts[4] == "statuses":
            return "201 Created", self.post(now, parts[5], json.loads(body))
        if parts[6:] == ["check-runs"]:
            return "200 OK", self.runs.get(parts[5], NO_RUNS)
        if parts[6:] == ["statuses"]:
            return "200 OK", b"[" + b",".join(self.statuses.get(parts[5], [])[::-1]) + b"]"
        if parts[4:] == ["hooks"]:
            return "200 OK", HOOKS
        if parts[-1] in ("deliveries", "pulls") or "rules" in parts:
            return "200 OK", b"[]"
        return "404 Not Found", b'{"message":"Not Found"}'

    def post(self, now, sha, status):
        self.posts.append((now, sha, status["state"]))
        shown = json.dumps(status | {
            "id": len(self.posts), "created_at": "2026-11-20T10:02:00Z", "creator": CREATOR,
        }).encode()
        self.statuses.setdefault(sha, []).append(shown)
        if waiter := self.waiting.pop(sha, None):
            waiter.set_result((now, status["state"]))
        return shown


class Connection(Requests):
    def __init__(self, github):
        super().__init__()
        self.github = github

    def received(self, head, body):
        method, path, _ = head.split(b" ", 2)
        status, text = self.github.answer(method.decode(), path.decode(), body)
        message = (b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                   % (status.encode(), len(text), text))
        if self.github.latency:
            asyncio.get_running_loop().call_later(
                self.github.latency, self.transport.write, message)
        else:
            self.transport.write(message)


# The deliveries.

def user(number):
    web = f"https://api.github.com/users/person-{number}"
    links = ["followers", "following", "gists", "starred", "subscriptions", "orgs", "repos",
             "events", "received_events"]
    return {"login": f"person-{number}", "id": number, "node_id": f"MDQ6VXNlcg{number}", "url": web,
            "avatar_url": f"https://avatars.githubusercontent.com/u/{number}?v=4", "type": "User",
            "site_admin": False, **{f"{link}_url": f"{web}/{link}" for link in links}}


def repository():
    web = "https://api.github.com/repos/acme/api"
    links = ("forks keys collaborators teams hooks issue_events events assignees branches tags "
             "blobs git_tags git_refs trees statuses languages stargazers contributors subscribers "
             "subscription commits git_commits comments issue_comment contents compare merges "
             "archive downloads issues pulls milestones notifications labels releases "
             "deployments").split()
    counts = "size stargazers_count watchers_count forks_count open_issues_count".split()
    flags = "has_issues has_projects has_downloads has_wiki has_pages archived disabled".split()
    return {"id": 1, "node_id": "R_kgDOBcXyzA", "name": "api", "full_name": "acme/api",
            "private": True, "owner": user(9), "html_url": "https://github.com/acme/api",
            "description": "Answers the questions that the shop asks", "default_branch": "main",
            "created_at": "2024-01-02T03:04:05Z", "pushed_at": "2026-11-20T09:59:00Z", "topics": [],
            "visibility": "private", "language": "Go", "license": None, "fork": False,
            **{f"{link}_url": f"{web}/{link}{{/name}}" for link in links},
            **{count: 12 for count in counts}, **{flag: True for flag in flags}}


def common():
    return {"repository": repository(), "sender": user(2), "organization": user(9)}


def pull_request(number, sha):
    web = "https://api.github.com/repos/acme/api"
    branch = {"user": user(9), "repo": repository()}
    links = ["issue", "comments", "commits", "review_comments", "statuses"]
    return {
        "id": number, "number": number, "state": "open", "locked": False, "draft": False,
        "title": "Answer faster", "user": user(2), "body": "What changes, and why. " * 90,
        "created_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T10:00:00Z",
        "merged": False, "merged_at": None, "merged_by": None, "assignees": [user(3)],
        "requested_reviewers": [user(4), user(5)], "labels": [],
        "head": {"label": "acme:faster", "ref": "faster", "sha": sha, **branch},
        "base": {"label": "acme:main", "ref": "main", "sha": "b" * 40, **branch},
        "_links": {link: {"href": f"{web}/pulls/{number}/{link}"} for link in links},
        "additions": 34, "deletions": 8, "changed_files": 3, "commits": 2,
        **{f"{link}_url": f"{web}/pulls/{number}/{link}" for link in links}}


def check_run(sha, run, conclusion, name="test"):
    web = f"https://api.github.com/repos/acme/api/check-runs/{run}"
    app = {**APP, "owner": user(9), "name": "GitHub Actions", "description": "Automates",
           "permissions": {f"permission_{n}": "write" for n in range(24)},
           "events": [f"event_{n}" for n in range(24)]}
    return {
        "id": run, "name": name, "node_id": f"CR_{run}", "head_sha": sha, "external_id": f"{run}",
        "url": web, "html_url": f"https://github.com/acme/api/runs/{run}", "details_url": web,
        "status": "completed" if conclusion else "in_progress", "conclusion": conclusion,
        "started_at": "2026-11-20T10:00:30Z",
        "completed_at": "2026-11-20T10:01:00Z" if conclusion else None,
        "output": {"title": None, "summary": None, "annotations_url": f"{web}/annotations"},
        "app": app,
        "check_suite": {"id": run + 1, "head_sha": sha, "status": "queued", "app": app},
        "pull_requests": [{
            "id": number, "number": number, "url": f"{web}/pulls/{number}",
            "head": {"ref": f"branch-{number}", "sha": sha, "repo": {"id": 1, "name": "api"}},
            "base": {"ref": "main", "sha": sha, "repo": {"id": 1, "name": "api"}}}
            for number in range(3)]}


class Change:
    """One pull request and the deliveries about it, each a whole HTTP request, signed."""

    def __init__(self, number):
        self.number = number
        self.sha = hashlib.sha1(b"%d" % number).hexdigest()
        self.run = number * 100

    def opened(self, action="opened"):
        return self.delivery("pull_request", action, {
            "action": action, "number": self.number,
            "pull_request": pull_request(self.number, self.sha)})

    def workflow(self, action="requested"):
        return self.delivery("workflow_run", action, {
            "action": action,
            "workflow_run": {
                "id": self.run + 2, "run_attempt": 1, "run_number": 7, "workflow_id": 3,
                "name": "CI", "path": ".github/workflows/ci.yml", "event": "pull_request",
                "head_sha": self.sha, "check_suite_id": self.run + 1, "conclusion": None,
                "status": "completed" if action == "completed" else "queued", "actor": user(2),
                "run_started_at": "2026-11-20T10:00:10Z", "updated_at": "2026-11-20T10:00:10Z",
                "created_at": "2026-11-20T10:00:10Z", "triggering_actor": user(2),
                "head_repository": repository(), "repository": repository()}})

    def started(self):
        return self.check("created", self.run, None)

    def ended(self, conclusion="success"):
        return self.check("completed", self.run, conclusion)

    def other(self, number):
        """A green check that no gate asks for."""
        return self.check("completed", self.run + 10 + number, "success", f"extra {number}")

    def check(self, action, run, conclusion, name="test"):
        return self.delivery("check_run", f"{action}-{run}", {
            "action": action, "check_run": check_run(self.sha, run, conclusion, name)})

    def delivery(self, event, name, members):
        text = json.dumps(members | COMMON).encode()
        return request(event, f"{event}-{name}-{self.number}", text)


COMMON = common()
CREATOR = user(77)
HOOKS = json.dumps([{"id": 1, "name": "web", "active": True, "events": ["*"],
                     "config": {"url": "http://127.0.0.1/webhooks/github"}}]).encode()
NO_RUNS = b'{"total_count":0,"check_runs":[]}'


def request(event, identity, text):
    signature = hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()
    return (
        b"POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"X-GitHub-Event: %s\r\nX-GitHub-Hook-ID: 1\r\nX-GitHub-Delivery: %s\r\n"
        b"X-Hub-Signature-256: sha256=%s\r\nContent-Length: %d\r\n\r\n%s"
        % (event.encode(), identity.encode(), signature.encode(), len(text), text))
