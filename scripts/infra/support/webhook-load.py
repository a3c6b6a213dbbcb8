#!/usr/bin/env python3
"""Sends signed deliveries until the server is gone, and writes down what was acknowledged.

usage: webhook-load.py URL SECRET-FILE ACKNOWLEDGED-FILE [--clients N] [--most N]

Each line of ACKNOWLEDGED-FILE is the id of a delivery that was answered with 200 or 202. It ends
when no client reaches the server any more, or after --most deliveries (default: 100000).
"""
import argparse
import hashlib
import hmac
import http.client
import itertools
import json
import threading
import urllib.parse
import uuid

REPOSITORY = {
    "id": 640100900, "name": "api", "full_name": "acme/api", "private": True,
    "owner": {"id": 50600900, "login": "acme", "type": "Organization"},
    "pushed_at": 1795000000, "default_branch": "main",
}


def push(delivery):
    # No two bodies are the same: the same one under another id would be a replay.
    after = hashlib.sha1(delivery.encode()).hexdigest()
    before = hashlib.sha1(after.encode()).hexdigest()
    return {
        "ref": "refs/heads/load", "before": before, "after": after, "created": False,
        "deleted": False, "forced": False, "commits": [], "repository": REPOSITORY,
        "pusher": {"name": "load"}, "sender": {"id": 7900, "login": "load", "type": "User"},
    }


class Load:
    def __init__(self, options):
        self.url = urllib.parse.urlparse(options.url)
        with open(options.secret, encoding="utf-8") as file:
            self.secret = file.read().strip().encode()
        self.numbers = itertools.count(1)
        self.most = options.most
        self.lock = threading.Lock()
        self.output = open(options.acknowledged, "w", encoding="utf-8")
        self.refused = 0

    def client(self):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=10)
        for number in self.numbers:
            if number > self.most:
                return
            delivery = str(uuid.uuid4())
            body = json.dumps(push(delivery)).encode()
            try:
                status = self.send(connection, delivery, body)
            except (OSError, http.client.HTTPException):
                # One connection may end before the server does: it is gone when a new one fails.
                connection.close()
                try:
                    status = self.send(connection, delivery, body)
                except (OSError, http.client.HTTPException):
                    return
            with self.lock:
                if status in (200, 202):
                    self.output.write(delivery + "\n")
                    self.output.flush()
                else:
                    self.refused += 1

    def send(self, connection, delivery, body):
        signature = hmac.new(self.secret, body, hashlib.sha256).hexdigest()
        connection.request("POST", "/webhooks/github", body, {
            "Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/load",
            "X-GitHub-Event": "push", "X-GitHub-Delivery": delivery,
            "X-GitHub-Hook-ID": "480100900", "X-Hub-Signature-256": "sha256=" + signature,
            "X-GitHub-Hook-Installation-Target-Type": "repository",
            "X-GitHub-Hook-Installation-Target-ID": str(REPOSITORY["id"]),
        })
        answer = connection.getresponse()
        answer.read()
        return answer.status


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("url")
    parser.add_argument("secret")
    parser.add_argument("acknowledged")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--most", type=int, default=100000)
    options = parser.parse_args()
    load = Load(options)
    clients = [threading.Thread(target=load.client) for _ in range(options.clients)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    load.output.close()
    print(f"webhook-load: {load.refused} refused")


if __name__ == "__main__":
    main()
