#!/usr/bin/env python3
"""From webhook to commit status: the real binary, durable commits and the confirming read included,
against a small GitHub in this process.

usage: gate.py LEDGER_BINARY [--single 500] [--changes 4000]

Everything shares one machine; GitHub and all clients share one thread: rates are a lower bound.
Times are from the first byte of the webhook sent to the last byte of the status received, in
milliseconds. Exit status 1 when something was lost, doubled, refused, or cost more calls than it
may; never because of a time.
"""

import argparse
import asyncio
import collections
import contextlib
import os
import platform
import signal
import socket
import statistics
import sys
import tempfile
import time

from github import SECRET, Change, GitHub, Requests

POLICY = """version: 1
gates:
  merge:
    branches: [main]
    checks:
      - {name: test, app: github-actions}
"""
PING = b"GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n"
# policy-bot (fc09d7a) on such a machine, without durability; closed loop on pull_request events.
PEER = {
    "opened": "2.2 / 4.9", "success": "2.7 / 6.5", "failure": "2.7 / 6.5 (none: stays success)",
    "loop": "267-560/s", "calls": "4-5 each", "kill": "90 of 100 lost", "checks": "32 posts",
    "busy": "98 % 503"}


class Client(Requests):
    """One keep-alive connection to the ledger."""

    @classmethod
    async def connect(cls, port):
        _, client = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        client.answers = collections.deque()
        return client

    def send(self, message):
        answer = asyncio.get_running_loop().create_future()
        self.answers.append(answer)
        self.transport.write(message)
        return answer

    def received(self, head, body):
        self.answers.popleft().set_result(int(head.split(b" ", 2)[1]))

    def connection_lost(self, error):
        for answer in self.answers:
            answer.cancel()


class Ledger:
    """The server under test, with a database of its own."""

    def __init__(self, binary, directory, github):
        self.directory = directory
        self.command = [binary, "serve", "--db", f"{directory}/l.sqlite", "--config",
                        f"{directory}/ledger.yaml", "--github-api-url",
                        f"http://127.0.0.1:{github.port}"]
        with open(f"{directory}/ledger.yaml", "w", encoding="utf-8") as policy:
            policy.write(POLICY)

    async def start(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with open(f"{self.directory}/log", "ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, "--listen", f"127.0.0.1:{self.port}", stderr=log,
                env={**os.environ, "LEDGER_WEBHOOK_SECRET": SECRET, "LEDGER_GITHUB_TOKEN": "t"})
        for _ in range(1000):
            try:
                return await self.clients(1)
            except ConnectionRefusedError:
                await asyncio.sleep(0.01)
        raise TimeoutError("the server does not listen")

    async def clients(self, count):
        return [await Client.connect(self.port) for _ in range(count)]

    async def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        await self.process.wait()

    async def verify(self):
        binary, _, *database = self.command[:4]
        process = await asyncio.create_subprocess_exec(binary, "verify", *database)
        expect("ledger verify", await process.wait(), 0)


failures = []


def expect(what, value, wanted):
    if value != wanted:
        failures.append(f"{what}: {value}, not {wanted}")
    return value


def row(what, figure, peer=""):
    print(f"  {what:52} {figure:32} {peer}", flush=True)


def spread(times):
    times = sorted(times)
    middle, late = statistics.median(times), times[int(len(times) * 0.99)]
    return f"{middle * 1000:6.2f} / {late * 1000:6.2f} ms   n {len(times)}"


async def accept(client, *deliveries):
    for delivery in deliveries:
        expect("an answer", await client.send(delivery), 202)


async def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        await asyncio.sleep(0.01)


async def until_quiet(github, seconds=0.3):
    """Until GitHub was not called for a while."""
    count = -1
    while count != len(github.calls):
        count = len(github.calls)
        await asyncio.sleep(seconds)


async def closed_loop(clients, work):
    """Every client takes the next piece of work when it has ended one. Returns the seconds."""
    queue = iter(work)
    start = time.perf_counter()

    async def run(client):
        for piece in queue:
            await piece(client)

    await asyncio.gather(*(run(client) for client in clients))
    return time.perf_counter() - start


# What is measured.

async def ceilings(ledger, github):
    async def rate(port, message, count, total):
        clients = [await Client.connect(port) for _ in range(count)]
        times = []

        async def ask(client):
            start = time.perf_counter()
            await client.send(message)
            times.append(time.perf_counter() - start)

        elapsed = await closed_loop(clients, (ask for _ in range(total)))
        for client in clients:
            client.transport.close()
        return f"{total / elapsed:7.0f}/s   {spread(times)}"

    row("GET /ping, 1 connection", await rate(ledger.port, PING, 1, 4000))
    row("GET /ping, 64 connections", await rate(ledger.port, PING, 64, 40000))
    body = b'{"context":"c","description":"d","state":"pending"}'
    post = (b"POST /repos/acme/api/statuses/0 HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    row("this GitHub, POST statuses, 64 connections", await rate(github.port, post, 64, 20000))
    github.reset()


async def timed(client, github, change, delivery, state):
    """Seconds from the webhook to the status that it causes."""
    posted = github.next_post(change.sha)
    start = time.perf_counter()
    answer = client.send(delivery)
    moment, shown = await posted
    expect("a status", shown, state)
    expect("an answer", await answer, 202)
    return moment - start


async def one_at_a_time(client, github, count):
    changes = [Change(number) for number in range(1, 2 * count + 1)]
    prepared = [(c, c.opened(), c.workflow(), c.started(),
                 c.ended("success" if c.number % 2 else "failure")) for c in changes]
    for change in changes:
        github.tell(change.sha, change.run, "success" if change.number % 2 else "failure")
    times = {"opened": [], "success": [], "failure": []}
    for change, opened, workflow, started, ended in prepared:
        state = "success" if change.number % 2 else "failure"
        times["opened"].append(await timed(client, github, change, opened, "pending"))
        await accept(client, workflow, started)
        times[state].append(await timed(client, github, change, ended, state))
    row("pull_request opened -> pending, p50 / p99", spread(times["opened"]), PEER["opened"])
    row("check_run success -> read -> success", spread(times["success"]), PEER["success"])
    row("check_run failure -> failure", spread(times["failure"]), PEER["failure"])
    await until_quiet(github)
    calls = collections.Counter(github.calls)
    row("calls for all of these, each with one verdict",
        f"{expect('posts', calls['POST statuses'], 4 * count)} posts, "
        f"{expect('reads', calls['GET check-runs'], count)} reads", PEER["calls"])
    expect("calls", len(github.calls), 5 * count)
    github.reset()


async def side_by_side(ledger, github, count):
    """Closed loop: a client goes on when its status has arrived."""
    clients = await ledger.clients(64)
    changes = [Change(1_000_000 + number) for number in range(count)]
    opened = [(change, change.opened()) for change in changes]
    times = []

    async def open_one(client, change, delivery):
        times.append(await timed(client, github, change, delivery, "pending"))

    elapsed = await closed_loop(
        clients, (lambda client, pair=pair: open_one(client, *pair) for pair in opened))
    row("64 clients, pull_request -> pending",
        f"{count / elapsed:6.0f} verdicts/s  {spread(times)}", PEER["loop"])
    await until_quiet(github)
    del opened

    ends = [(change, [change.workflow(), change.started()], change.ended()) for change in changes]
    times.clear()

    async def end_one(client, change, before, delivery):
        await accept(client, *before)
        times.append(await timed(client, github, change, delivery, "success"))

    for change in changes:
        github.tell(change.sha, change.run, "success")
    elapsed = await closed_loop(
        clients, (lambda client, end=end: end_one(client, *end) for end in ends))
    row("64 clients, 3 deliveries -> read -> success",
        f"{count / elapsed:6.0f} verdicts/s  {spread(times)}", PEER["loop"])
    await until_quiet(github)
    expect("posts at 64 clients", len(github.posts), 2 * count)
    expect("calls at 64 clients", len(github.calls), 3 * count)
    github.reset()


async def unchanged(client, github):
    """Thirty-two green checks of which the gate asks for one; then what changes nothing."""
    change = Change(2_000_000)
    github.tell(change.sha, change.run, "success")
    await accept(client, change.opened(), change.workflow(), change.started())
    await until_quiet(github)
    github.reset()
    await accept(client, *(change.other(number) for number in range(16)), change.ended(),
                 *(change.other(number) for number in range(16, 31)))
    await until_quiet(github)
    calls = collections.Counter(github.calls)
    row("32 green checks on one pull request",
        f"{expect('posts for 32 checks', len(github.posts), 1)} posts, "
        f"{expect('reads for 32 checks', calls['GET check-runs'], 1)} reads", PEER["checks"])
    github.reset()
    again = change.ended()
    for delivery in (again, again.replace(b"X-GitHub-Delivery: ", b"X-GitHub-Delivery: again-", 1)):
        expect("an answer to a repetition", await client.send(delivery), 200)
    await accept(client, change.opened("labeled"), change.workflow("completed"),
                 *(change.other(number) for number in range(40, 72)))
    await until_quiet(github)
    row("36 deliveries that change nothing",
        f"{expect('calls for nothing', len(github.calls), 0)} calls", PEER["checks"])
    github.reset()


async def killed(binary, github, after):
    """kill -9 some seconds after 100 accepted deliveries, with 100 ms for each call."""
    with tempfile.TemporaryDirectory() as directory:
        ledger = Ledger(binary, directory, github)
        await ledger.start()
        github.latency = 0.1
        changes = [Change(3_000_000 + number) for number in range(100)]
        clients = await ledger.clients(64)
        await closed_loop(clients, (
            lambda client, change=change: accept(client, change.opened()) for change in changes))
        await asyncio.sleep(after)
        await ledger.stop(signal.SIGKILL)
        before = len({sha for _, sha, _ in github.posts})
        await ledger.start()
        await until(lambda: len(github.statuses) == 100)
        await until_quiet(github, 1)
        github.latency = 0
        posted = collections.Counter((sha, state) for _, sha, state in github.posts)
        lost = sum(1 for change in changes if (change.sha, "pending") not in posted)
        row(f"kill -9 after {after:g} s ({before} of 100 sent), restart",
            f"{expect('lost', lost, 0)} lost, "
            f"{expect('doubled', posted.total() - len(posted), 0)} doubled", PEER["kill"])
        await ledger.stop()
        await ledger.verify()
    github.reset()


async def flat_out(ledger, github, count):
    """64 clients that wait for nothing but the acknowledgement."""
    changes = [Change(4_000_000 + number) for number in range(count)]
    for change in changes:
        github.tell(change.sha, change.run, "success")
    work = [(c.opened(), c.workflow(), c.started(), c.ended()) for c in changes]
    answers = collections.Counter()

    async def send(client, deliveries):
        for delivery in deliveries:
            answers[await client.send(delivery)] += 1

    clients = await ledger.clients(64)
    start = time.perf_counter()
    elapsed = await closed_loop(
        clients, (lambda client, all=all: send(client, all) for all in work))
    during = len(github.posts)
    last = {}

    def are_shown():
        last.update((sha, state) for _, sha, state in github.posts)
        return sum(state == "success" for state in last.values()) == count

    await until(are_shown)
    drained = time.perf_counter() - start
    expect("commits that became green", are_shown() and len(last), count)
    expect("refused", answers.total() - answers[202], 0)
    row("flat out, 64 clients",
        f"{4 * count / elapsed:6.0f} accepted/s, {answers[503]} x 503", PEER["busy"])
    row("  statuses meanwhile; all right after",
        f"{during / elapsed:6.0f}/s; {drained:.1f} s ({drained - elapsed:.1f} s more)")
    await until_quiet(github)
    github.reset()


def conditions(directory):
    times = []
    with open(f"{directory}/flush", "wb") as file:
        for _ in range(100):
            file.write(bytes(8192))
            file.flush()
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - start)
    change = Change(1)
    sizes = [len(text) for text in (change.opened(), change.workflow(), change.ended())]
    print(f"{os.cpu_count()} cores, {platform.machine()}, load average {os.getloadavg()[0]:.1f}; "
          f"fdatasync of 8 KB p50 {statistics.median(times) * 1000:.2f} ms; bytes of pull_request, "
          f"workflow_run, check_run: {sizes}")
    print("durable: the server refuses to start unless SQLite reads back synchronous = FULL")
    print(f"  {'':52} {'ledger':32} policy-bot, other machine, not durable")


async def measure(options):
    github = await GitHub().start()
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory())
        conditions(directory)
        ledger = Ledger(options.ledger, directory, github)
        client, = await ledger.start()
        await ceilings(ledger, github)
        await one_at_a_time(client, github, options.single)
        await unchanged(client, github)
        await side_by_side(ledger, github, options.changes)
        await flat_out(ledger, github, options.changes // 2)
        await ledger.stop()
        await ledger.verify()
    for after in (0.6, 0):
        await killed(options.ledger, github, after)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ledger")
    parser.add_argument("--single", type=int, default=500)
    parser.add_argument("--changes", type=int, default=4000)
    asyncio.run(measure(parser.parse_args()))
    for failure in dict.fromkeys(failures):
        print(f"FAILED: {failure}", file=sys.stderr)
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
