// A gateway for a chat in this terminal: you are the user, a very simple agent answers, and followups appear when you
// go quiet. It shows what every gateway does: report all messages, verify the signature, remove duplicates, answer.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import {
  createFollowupsClient,
  createGatewayHandler,
  type FollowupSend,
  type MessageInput,
  rememberInMemory,
} from '../../client/src';

const followups = createFollowupsClient({
  baseUrl: process.env.FOLLOWUPS_URL ?? 'http://127.0.0.1:3000',
  apiKey: setting('FOLLOWUPS_API_KEY'),
});
const port = Number(process.env.GATEWAY_PORT ?? 4000);
/** One terminal, one user, one conversation. */
const here = { channelId: setting('CHANNEL_ID'), conversationId: process.env.CONVERSATION_ID ?? 'terminal' };

// ---- What happens in the conversation goes to the service -----------------------------------------------------------

/** Reports a message: who sent it and when, never its text. The client tries again while it may help. */
const report = (message: Omit<MessageInput, 'id'>, id: string = randomUUID()) =>
  followups.reportMessage(here, { id, ...message });

// ---- What the service sends goes to the user ------------------------------------------------------------------------

async function deliver({ data }: FollowupSend): Promise<{ messageId: string }> {
  console.log(`agent> ${data.message}   (followup)`);
  // It is a message of the agent like any other, but with its deliveryId: a followup never leads to the next one.
  const messageId = randomUUID();
  await report({ from: 'agent', deliveryId: data.deliveryId }, messageId);
  console.log(`       (${data.deliveryId})`);
  return { messageId };
}

const handle = createGatewayHandler({
  secrets: setting('SIGNING_SECRET'),
  // This one forgets all when the program ends. In production keep what was delivered in a database.
  delivered: rememberInMemory(),
  deliver,
});

const server = createServer(async (request, response) => {
  const answer = (status: number, body: string) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
  try {
    if (request.method !== 'POST' || request.url !== '/followups') return answer(404, '{"error":"POST /followups"}');
    const { status, body } = await handle(request.headers, await readBody(request));
    answer(status, body);
  } catch (error) {
    // Anything but 2xx, 400, 410, 413 and 422 lets the service try again.
    console.error(error instanceof Error ? error.message : error);
    answer(503, '{"error":"Try again."}');
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
      await report({ from: 'user' });
      console.log('agent> Thank you! Shall I go on?');
      await report({ from: 'agent' });
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  }
});
