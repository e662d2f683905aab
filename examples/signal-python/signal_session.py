#!/usr/bin/env python3
"""Reports messages of a conversation straight to Temporal, without the REST API.

    signal_session.py CHANNEL_ID CONVERSATION_ID user|agent|operator [--awaiting operator|nobody]
    signal_session.py CHANNEL_ID CONVERSATION_ID end [--outcome resolved|unresolved]

Settings come from the environment: TEMPORAL_ADDRESS (127.0.0.1:7233), TEMPORAL_NAMESPACE (default),
TEMPORAL_TASK_QUEUE (followups).
"""

import argparse
import asyncio
import os
import sys
import uuid
from datetime import datetime, timezone

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode


async def report_message(client, workflow_id, sender, awaiting):
    """Signals a message, and starts the conversation's workflow where none runs: it needs no argument."""
    event = {
        # Your id of the message. A signal that is sent again with the same sender and id counts once.
        "id": str(uuid.uuid4()),
        "from": sender,
        "at": now(),
    }
    if awaiting is not None:
        event["awaiting"] = awaiting
    await client.start_workflow(
        "conversationSession",
        id=workflow_id,
        task_queue=os.environ.get("TEMPORAL_TASK_QUEUE", "followups"),
        start_signal="message",
        start_signal_args=[event],
    )
    print(f"{event['at']}  {workflow_id}: a message of the {sender}")


async def report_end(client, workflow_id, outcome):
    """Says that the conversation is over. There is nothing to end where no workflow runs."""
    event = {"at": now(), "outcome": outcome}
    try:
        await client.get_workflow_handle(workflow_id).signal("end", event)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        print(f"{event['at']}  {workflow_id}: no session is open")
    else:
        print(f"{event['at']}  {workflow_id}: the end")


def now():
    """ISO 8601 in UTC, with milliseconds."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


async def main():
    parser = argparse.ArgumentParser(description="Reports messages of a conversation straight to Temporal.")
    parser.add_argument("channel_id")
    parser.add_argument("conversation_id")
    parser.add_argument("what", choices=["user", "agent", "operator", "end"])
    parser.add_argument("--awaiting", choices=["user", "operator", "nobody"], help="of an agent: who is to speak next")
    parser.add_argument("--outcome", choices=["resolved", "unresolved"], help="of an end")
    given = parser.parse_args()

    address = os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233")
    try:
        client = await Client.connect(address, namespace=os.environ.get("TEMPORAL_NAMESPACE", "default"))
    except RuntimeError:
        sys.exit(f"Temporal does not answer at {address}: set TEMPORAL_ADDRESS.")
    workflow_id = f"session/{given.channel_id}/{given.conversation_id}"
    if given.what == "end":
        await report_end(client, workflow_id, given.outcome)
    else:
        await report_message(client, workflow_id, given.what, given.awaiting)


if __name__ == "__main__":
    asyncio.run(main())
    # All is done. Threads of the SDK that still run can abort the interpreter's orderly end (temporalio/sdk-python#300),
    # which matters to a script as short as this one: so it ends at once. A gateway that stays needs none of this.
    sys.stdout.flush()
    os._exit(0)
