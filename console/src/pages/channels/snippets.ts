import type { Channel, ConsoleSessionDetails } from '../../api/client';

/** Code to copy, filled with the values of a channel and of the service. Keys and secrets come from the environment. */
export type Snippet = { value: string; label: string; code: string };

type Service = ConsoleSessionDetails['service'];

const messagesUrl = (service: Service, channel: Channel) =>
  `${service.publicUrl}/v1/channels/${channel.id}/conversations/visitor-1/messages`;

const curlOf = (url: string, body: string) => `curl -X POST ${url} \\
  -H "Authorization: Bearer $FOLLOWUPS_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${body}'`;

const nodeClient = (service: Service) => `import { createFollowupsClient } from './followups-client';

const followups = createFollowupsClient({
  baseUrl: '${service.publicUrl}',
  apiKey: process.env.FOLLOWUPS_API_KEY,
});`;

const pythonOf = (url: string, values: string) => `import json, os, urllib.request

request = urllib.request.Request(
    "${url}",
    data=json.dumps(${values}).encode(),
    headers={
        "Authorization": f"Bearer {os.environ['FOLLOWUPS_API_KEY']}",
        "Content-Type": "application/json",
    },
)
print(urllib.request.urlopen(request).status)  # 202`;

/** How a gateway tells the service of a message. */
export const reportSnippets = (service: Service, channel: Channel): Snippet[] => {
  const { address, namespace, taskQueue } = service.temporal;
  return [
    {
      value: 'curl',
      label: 'curl',
      code: curlOf(messagesUrl(service, channel), '{"id": "msg-1", "from": "agent"}'),
    },
    {
      value: 'node',
      label: 'Node',
      code: `${nodeClient(service)}

// Of every message, with your id of it: from 'agent', 'user' or 'operator'. Never its text.
await followups.reportMessage(
  { channelId: '${channel.id}', conversationId: 'visitor-1' },
  { id: 'msg-1', from: 'agent' },
);`,
    },
    {
      value: 'python',
      label: 'Python',
      code: pythonOf(messagesUrl(service, channel), '{"id": "msg-1", "from": "agent"}'),
    },
    {
      value: 'temporal',
      label: 'Temporal signal',
      code: `temporal workflow signal-with-start \\
  --address ${address ?? '$TEMPORAL_ADDRESS'} --namespace ${namespace} \\
  --type conversationSession --task-queue ${taskQueue} \\
  --workflow-id session/${channel.id}/visitor-1 \\
  --signal-name message \\
  --signal-input '{"id": "msg-1", "from": "agent", "at": "'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}'`,
    },
  ];
};

/** How a gateway takes a followup: it verifies the signature, and answers a repeated attempt as the first. */
export const receiveSnippets = (): Snippet[] => [
  {
    value: 'node',
    label: 'Node',
    code: `import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { createGatewayHandler, rememberInMemory } from './followups-client';

const handle = createGatewayHandler({
  secrets: process.env.SIGNING_SECRET,
  delivered: rememberInMemory(), // in production: a table of your database
  deliver: async ({ data }) => ({ messageId: await sendToUser(data.conversationId, data.message) }),
});

createServer(async (request, response) => {
  const { status, body } = await handle(request.headers, await text(request));
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}).listen(4000);`,
  },
  {
    value: 'python',
    label: 'Python',
    code: `import base64, hashlib, hmac, os, time

def is_signed(headers, body: bytes) -> bool:
    """Over the very bytes of the body. Keep the webhook-id: a repeated one was delivered already."""
    timestamp = headers["webhook-timestamp"]
    if abs(time.time() - int(timestamp)) > 300:
        return False
    key = base64.b64decode(os.environ["SIGNING_SECRET"].removeprefix("whsec_"))
    signed = headers["webhook-id"].encode() + b"." + timestamp.encode() + b"." + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [part.removeprefix("v1,") for part in headers["webhook-signature"].split()]
    return any(hmac.compare_digest(expected, one) for one in given)`,
  },
];

/** What puts a web chat on a page. */
export const embedSnippet = (service: Service, channel: Channel): string =>
  `<script src="${service.publicUrl}/webchat/embed.js" data-channel="${channel.id}" async></script>`;

/** How a bot speaks in a web chat, as the agent. */
export const botSnippets = (service: Service, channel: Channel): Snippet[] => [
  {
    value: 'node',
    label: 'Node',
    code: `${nodeClient(service)}

const channelId = '${channel.id}';
for await (const { data } of followups.streamEvents({ channelId })) {
  if (data.type !== 'chat.message' || data.from !== 'user') continue;
  const { conversationId, messageId } = data;
  const text = await answerTo(await textOf(conversationId, messageId)); // your bot
  await followups.reportMessage({ channelId, conversationId }, { id: \`re-\${messageId}\`, from: 'agent', text });
}

/** Events have no text: it is in the transcript, page by page. */
async function textOf(conversationId, messageId) {
  for (let after; ; ) {
    const page = await followups.getTranscript({ channelId, conversationId, after });
    const found = page.items.find(({ from, id }) => from === 'user' && id === messageId);
    if (found || page.nextCursor === null) return found?.text;
    after = page.nextCursor;
  }
}`,
  },
  {
    value: 'curl',
    label: 'curl',
    code: curlOf(messagesUrl(service, channel), '{"id": "msg-1", "from": "agent", "text": "How can I help?"}'),
  },
  {
    value: 'python',
    label: 'Python',
    code: pythonOf(messagesUrl(service, channel), '{"id": "msg-1", "from": "agent", "text": "How can I help?"}'),
  },
];
