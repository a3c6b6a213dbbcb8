#!/usr/bin/env python3
"""Durable ingest: signed check_run deliveries, each acknowledged after its commit, beside the same
server's GET /ping in the same run.

usage: ingest.py LEDGER_BINARY [--clients 16] [--seconds 5] [--bytes 12288]

Every delivery is new: another run, another id, another signature. The load generator shares the
machine; the rates are a lower bound. Prints p50 and p99 in milliseconds.
"""

import argparse
import hashlib
import hmac
import json
import multiprocessing
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SECRET = "0123456789abcdef0123456789abcdef"
POLICY = """version: 1
gates:
  merge:
    branches: [main]
    checks:
      - {name: test, app: github-actions}
"""


def deliveries(client, count, size):
    """Complete HTTP requests, made before the clock starts."""
    requests = []
    for number in range(count):
        run = client * 10_000_000 + number
        body = {
            "action": "completed",
            "check_run": {
                "id": run, "name": "test", "head_sha": hashlib.sha1(b"%d" % run).hexdigest(),
                "status": "completed", "conclusion": "success",
                "started_at": "2026-11-20T10:00:00Z", "completed_at": "2026-11-20T10:01:00Z",
                "app": {"id": 15368, "slug": "github-actions"}, "check_suite": {"id": run},
            },
            "repository": {"id": 1, "full_name": "acme/api"},
            "sender": {"id": 2, "login": "mia"},
        }
        body["padding"] = [{"url": f"https://example.com/{run}/{n}", "n": n} for n in range(size // 46)]
        text = json.dumps(body).encode()
        signature = hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()
        requests.append(
            b"POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"X-GitHub-Event: check_run\r\nX-GitHub-Hook-ID: 1\r\nX-GitHub-Delivery: d-%d\r\n"
            b"X-Hub-Signature-256: sha256=%s\r\nContent-Length: %d\r\n\r\n%s"
            % (run, signature.encode(), len(text), text))
    return requests


def answer(connection, buffer):
    while b"\r\n\r\n" not in buffer:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection")
        buffer += part
    head, _, rest = buffer.partition(b"\r\n\r\n")
    length = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
    while len(rest) < length:
        rest += connection.recv(65536)
    return int(head.split(b" ", 2)[1]), rest[length:]


def run_client(port, requests, expected, ready, go, results, seconds):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    times, buffer, number = [], b"", 0
    ready.release()
    go.wait()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and number < len(requests):
        start = time.perf_counter()
        connection.sendall(requests[number])
        status, buffer = answer(connection, buffer)
        times.append(time.perf_counter() - start)
        if status != expected:
            sys.exit(f"expected {expected}, got {status}")
        number += 1
    results.put((times, time.perf_counter() - end + seconds))


def measure(name, port, lists, expected, seconds):
    ready, go, results = multiprocessing.Semaphore(0), multiprocessing.Event(), multiprocessing.Queue()
    processes = [
        multiprocessing.Process(
            target=run_client, args=(port, requests, expected, ready, go, results, seconds))
        for requests in lists
    ]
    for process in processes:
        process.start()
    for _ in processes:
        ready.acquire()
    go.set()
    times, longest = [], 0
    for _ in processes:
        part, elapsed = results.get()
        times += part
        longest = max(longest, elapsed)
    for process in processes:
        process.join()
    times.sort()
    rate = len(times) / longest
    print(f"{name:24} {rate:9.0f}/s   p50 {statistics.median(times) * 1000:6.2f} ms   "
          f"p99 {times[int(len(times) * 0.99)] * 1000:6.2f} ms   n {len(times)}")
    return rate


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ledger")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--bytes", type=int, default=12288)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        with open(f"{directory}/ledger.yaml", "w", encoding="utf-8") as policy:
            policy.write(POLICY)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {**os.environ, "LEDGER_WEBHOOK_SECRET": SECRET}
        with open(f"{directory}/log", "wb") as log:
            server = subprocess.Popen(
                [options.ledger, "serve", "--db", f"{directory}/l.sqlite", "--listen",
                 f"127.0.0.1:{port}", "--config", f"{directory}/ledger.yaml"],
                env=environment, stderr=log)
        try:
            for _ in range(500):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    time.sleep(0.01)
            count = int(options.seconds * 12_000 / options.clients)
            size = len(deliveries(0, 1, options.bytes)[0])
            print(f"{options.clients} clients, {size} bytes a request, {os.cpu_count()} cores, "
                  f"load average {os.getloadavg()[0]:.1f}")
            ping = [[b"GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n"] * (count * 4)] * options.clients
            posts = [deliveries(n + 1, count, options.bytes) for n in range(options.clients)]
            ceiling = measure("GET /ping", port, ping, 200, options.seconds)
            ingest = measure("POST /webhooks/github", port, posts, 202, options.seconds)
            one = [deliveries(900, count * 4, options.bytes)]
            measure("the same, one client", port, one, 202, options.seconds)
            print(f"durable ingest is {ingest / ceiling:.2f} of the ceiling")
        finally:
            server.terminate()
            server.wait()
        subprocess.run([options.ledger, "verify", "--db", f"{directory}/l.sqlite"], check=True)


if __name__ == "__main__":
    main()
