// A gateway for a chat in this terminal: you are the user, a very simple agent answers, and followups appear when you
// go quiet. It shows what every gateway does: report all messages, verify the signature, remove duplicates, answer.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

const api = process.env.FOLLOWUPS_URL ?? 'http://127.0.0.1:3000';
const apiKey = setting('FOLLOWUPS_API_KEY');
const channelId = setting('CHANNEL_ID');
const webhook = new Webhook(setting('SIGNING_SECRET'));
const port = Number(process.env.GATEWAY_PORT ?? 4000);
/** One terminal, one user, one conversation. */
const conversationId = process.env.CONVERSATION_ID ?? 'terminal';

// ---- What happens in the conversation goes to the service -----------------------------------------------------------

interface MessageEvent {
  /** Yours. A repeated report with the same id counts once, so reports may be repeated. */
  id: string;
  from: 'user' | 'agent' | 'operator';
  /** When it was sent, by your clock. */
  at: string;
  /** Only where the message is the followup itself. */
  deliveryId?: string;
}

/** Reports a message: who sent it and when, never its text. Tries again, with the same id and time, while it may help. */
async function report(event: MessageEvent): Promise<void> {
  const url = `${api}/v1/channels/${channelId}/conversations/${conversationId}/messages`;
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(event) }).catch(() => null);
    if (response?.status === 202) return;
    const mayPass = response === null || response.status === 429 || response.status >= 500;
    if (!mayPass || attempt === 5) {
      throw new Error(`Not reported: ${response?.status ?? 'no answer'} ${(await response?.text()) ?? ''}`);
    }
    await sleep(attempt * 1_000);
  }
}

// ---- What the service sends goes to the user ------------------------------------------------------------------------

interface FollowupSend {
  type: 'followup.send';
  data: { deliveryId: string; conversationId: string; message: string };
}

/**
 * What was delivered, by webhook-id, which is the same in every attempt at one delivery. This one forgets all when the
 * program ends. In production keep it in a database, written together with the delivery, for some days at least.
 */
const delivered = new Map<string, Promise<string>>();

async function deliver({ data }: FollowupSend): Promise<string> {
  console.log(`agent> ${data.message}   (followup)`);
  // It is a message of the agent like any other, but with its deliveryId: a followup never leads to the next one.
  const messageId = randomUUID();
  await report({ id: messageId, from: 'agent', at: new Date().toISOString(), deliveryId: data.deliveryId });
  return messageId;
}

const server = createServer(async (request, response) => {
  const answer = (status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  try {
    if (request.method !== 'POST' || request.url !== '/followups') return answer(404, { error: 'POST /followups' });
    const body = await readBody(request);
    let event: FollowupSend;
    try {
      // Also refuses what is older than five minutes, so that nobody can send a recorded request again.
      event = webhook.verify(body, request.headers as Record<string, string>) as FollowupSend;
    } catch {
      return answer(401, { error: 'The signature is not valid.' });
    }
    const webhookId = String(request.headers['webhook-id']);
    const earlier = delivered.get(webhookId);
    // Remembered before it is delivered, so that two attempts at the same moment are one delivery.
    const delivery = earlier ?? deliver(event);
    delivered.set(webhookId, delivery);
    const messageId = await delivery.catch((error: unknown) => {
      delivered.delete(webhookId);
      throw error;
    });
    console.log(earlier ? `       (${webhookId} came again; not delivered again)` : `       (${webhookId})`);
    answer(200, { messageId });
  } catch (error) {
    // Anything but 2xx, 400, 410, 413 and 422 lets the service try again.
    console.error(error instanceof Error ? error.message : error);
    answer(503, { error: 'Try again.' });
  }
});

/** As text, since the signature is over the very bytes: parsing and writing it again could change them. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function setting(name: string): string {
  const value = process.env[name];
  if (value) return value;
  console.error(`${name} is not set; see README.md.`);
  process.exit(1);
}

// ---- The chat -------------------------------------------------------------------------------------------------------

server.listen(port, '127.0.0.1', async () => {
  console.log(`The gateway listens at http://127.0.0.1:${port}/followups. Type as the user; Ctrl-C ends it.`);
  for await (const text of createInterface({ input: process.stdin })) {
    if (text.trim() === '') continue;
    try {
      await report({ id: randomUUID(), from: 'user', at: new Date().toISOString() });
      console.log('agent> Thank you! Shall I go on?');
      await report({ id: randomUUID(), from: 'agent', at: new Date().toISOString() });
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }
});
