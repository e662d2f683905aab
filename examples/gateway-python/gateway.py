#!/usr/bin/env python3
"""A gateway for Followups in Python 3, with the standard library only.

It receives followups, verifies their signature (Standard Webhooks 1.0), removes duplicates, and prints them in place of
giving them to a user. What was delivered is kept in an SQLite file, so that it is still known after a restart.

Settings come from the environment: SIGNING_SECRET, GATEWAY_PORT (4000), GATEWAY_DATABASE (followups-gateway.db).
"""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 5 * 60
MAX_BODY_BYTES = 64 * 1024


def verify(secret, headers, body, now=None):
    """Returns the webhook id if the signature is valid, and None otherwise.

    The signature is over `id.timestamp.body`, with the very bytes of the body. The header may hold several, divided by
    spaces, while a secret is being replaced: one that fits is enough.
    """
    webhook_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not webhook_id or not timestamp.isascii() or not timestamp.isdigit():
        return None
    # A recorded request that is sent again later is refused.
    if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE_SECONDS:
        return None
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    for signature in headers.get("webhook-signature", "").split(" "):
        version, _, value = signature.partition(",")
        # compare_digest takes the same time wherever the two differ, so that nobody can find it out by trying.
        if version == "v1" and hmac.compare_digest(value.encode(), expected):
            return webhook_id
    return None


class Deliveries:
    """What was delivered, by webhook id: the same in every attempt at one delivery."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.database = sqlite3.connect(path, check_same_thread=False)
        self.database.execute(
            "create table if not exists deliveries (webhook_id text primary key, message_id text not null)"
        )
        self.database.commit()

    def once(self, webhook_id, deliver):
        """Delivers unless it was delivered before. Returns (message id, whether it was new)."""
        with self.lock:
            row = self.database.execute(
                "select message_id from deliveries where webhook_id = ?", (webhook_id,)
            ).fetchone()
            if row:
                return row[0], False
            message_id = deliver()
            self.database.execute("insert into deliveries values (?, ?)", (webhook_id, message_id))
            self.database.commit()
            return message_id, True


def deliver(data):
    """Gives the message to the user. Here: prints it."""
    print(f"{data['conversationId']}> {data['message']}", flush=True)
    return str(uuid.uuid4())


class Gateway(BaseHTTPRequestHandler):
    secret = ""
    deliveries = None

    def do_POST(self):
        if self.path != "/followups":
            return self.answer(404, {"error": "POST /followups"})
        length = int(self.headers.get("content-length") or 0)
        if length > MAX_BODY_BYTES:
            return self.answer(413, {"error": "The body is too large."})
        body = self.rfile.read(length)
        webhook_id = verify(self.secret, self.headers, body)
        if webhook_id is None:
            return self.answer(401, {"error": "The signature is not valid."})
        data = json.loads(body)["data"]
        message_id, is_new = self.deliveries.once(webhook_id, lambda: deliver(data))
        print(f"  ({webhook_id}{'' if is_new else ' came again; not delivered again'})", flush=True)
        return self.answer(200, {"messageId": message_id})

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def main():
    Gateway.secret = os.environ.get("SIGNING_SECRET", "")
    if not Gateway.secret.startswith("whsec_"):
        sys.exit('SIGNING_SECRET is not set to a "whsec_…"; see README.md.')
    Gateway.deliveries = Deliveries(os.environ.get("GATEWAY_DATABASE", "followups-gateway.db"))
    port = int(os.environ.get("GATEWAY_PORT", "4000"))
    server = ThreadingHTTPServer(("127.0.0.1", port), Gateway)
    print(f"The gateway listens at http://127.0.0.1:{port}/followups. Ctrl-C ends it.", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
