import { availabilityAt } from '../../availability/hours';
import { findAgent } from '../../db/queries/agents';
import { type ChannelRow, findChannel } from '../../db/queries/channels';
import { readHours } from '../../db/queries/hours';
import { newVisitorConversationId } from '../../webchat/visitor-token';
import type { Addresses } from '../conversations';
import type { ApiDeps } from '../deps';
import type { ApiMetrics } from '../metrics';
import { type Operation, openOperation, visitorOperation } from '../operation';
import { ApiProblem, notFound } from '../problems';
import { createRateLimiter, type RateLimitVerdict } from '../rate-limits';
import type { RequestDeadline } from '../request-deadline';
import { transcriptAnswer, transcriptQuery } from '../schemas/chat-messages';
import { channelParams } from '../schemas/params';
import { chatStream, newVisitorInput, saidAnswer, saidInput, visitorAnswer, webchatAnswer } from '../schemas/webchat';
import { createChatFeed } from '../webchat/chat-feed';
import { decodeCursor, toChatMessage } from '../webchat/chat-message';
import { streamChat } from '../webchat/chat-stream';
import { sayInChat } from '../webchat/speak-in-chat';
import { readTranscript } from '../webchat/transcript';
import type { Visitors } from '../webchat/visitors';

/** Each keeps a connection open; what it costs beside that is what is said in its own conversation. */
export const maxChatStreams = 5_000;

/** Before there is a visitor: what one address may ask, and how many may come to one channel. */
const looksPerSecond = 10;
const newcomersPerSecond = { requestsPerSecond: 1, eventsPerSecond: 20 };

const tag = 'Web chat';
const path = '/v1/webchat/{channelId}';

function limit({ allowed, headers, retryAfterSeconds }: RateLimitVerdict, who: string): void {
  if (allowed) return;
  throw new ApiProblem('too_many_requests', `Too many visitors come ${who}.`, [], {
    ...headers,
    'Retry-After': String(retryAfterSeconds),
  });
}

export function webchatOperations(
  deps: ApiDeps,
  addresses: Addresses,
  metrics: ApiMetrics,
  visitors: Visitors,
): Operation[] {
  const { db } = deps.database;
  const feed = createChatFeed(deps);
  const looks = createRateLimiter({ requestsPerSecond: looksPerSecond, eventsPerSecond: 0 });
  const newcomers = createRateLimiter(newcomersPerSecond);

  /** @throws ApiProblem 404 when there is no such web chat, or not any more */
  async function chatOf(channelId: string, deadline: RequestDeadline): Promise<ChannelRow> {
    const channel = await deadline.database(findChannel(db, channelId));
    if (channel?.type !== 'webchat') throw notFound('web chat');
    return channel;
  }

  const look = openOperation(
    {
      method: 'get',
      path,
      name: 'getWebchat',
      tag,
      summary: 'What anybody may know of a web chat',
      params: channelParams,
      answers: { 200: { description: 'Who speaks, and whether now.', schema: webchatAnswer } },
    },
    async ({ params, address, deadline }) => {
      limit(looks.take(address, 'requests'), 'from this address');
      const channel = await chatOf(params.channelId, deadline);
      const agent = await deadline.database(findAgent(db, channel.agentId));
      const hours = await deadline.database(readHours(db, { agentId: channel.agentId, channelId: channel.id }));
      if (!agent || !hours) throw notFound('web chat');
      const state = availabilityAt(hours.availability, hours.timeZone, deps.clock());
      const opensAtMs = state.open ? null : state.opensAtMs;
      return {
        status: 200,
        body: {
          agentName: agent.name,
          channelName: channel.name,
          available: state.open,
          opensAt: opensAtMs === null ? null : new Date(opensAtMs).toISOString(),
          timeZone: hours.timeZone,
        },
      };
    },
  );

  const come = openOperation(
    {
      method: 'post',
      path: `${path}/visitors`,
      name: 'createVisitor',
      tag,
      summary: 'Come as a visitor',
      description:
        'Answers a token, with which a browser speaks in a conversation of its own, for 180 days. With a token that still works, as `Authorization: Bearer wct_…`, it is a new one for the same conversation.',
      params: channelParams,
      body: newVisitorInput,
      bodyOptional: true,
      answers: { 201: { description: 'The visitor.', schema: visitorAnswer } },
    },
    async ({ params, address, authorization, deadline }) => {
      limit(newcomers.take(address, 'requests'), 'from this address');
      const { id: channelId } = await chatOf(params.channelId, deadline);
      limit(newcomers.take(channelId, 'events'), 'to this chat');
      const conversationId =
        authorization === undefined
          ? newVisitorConversationId()
          : visitors.recognise(authorization, channelId).conversationId;
      const { token, expiresAt } = visitors.tokenFor({ channelId, conversationId });
      return { status: 201, body: { token, conversationId, expiresAt: expiresAt.toISOString() } };
    },
  );

  const read = visitorOperation(
    {
      method: 'get',
      path: `${path}/messages`,
      name: 'listChatMessages',
      tag,
      summary: "Read a visitor's conversation",
      description: 'Oldest first.',
      params: channelParams,
      query: transcriptQuery,
      answers: { 200: { description: 'The messages.', schema: transcriptAnswer } },
    },
    async ({ query, visitor, deadline }) => {
      await chatOf(visitor.channelId, deadline);
      return readTranscript(deps, visitor, query, deadline);
    },
  );

  const say = visitorOperation(
    {
      method: 'post',
      path: `${path}/messages`,
      name: 'sayInChat',
      tag,
      summary: 'Say something as a visitor',
      description:
        'After the 202 no followup begins. The same id again is the same message: send it again, with the same id, where no answer came.',
      params: channelParams,
      body: saidInput,
      rateLimit: 'events',
      answers: { 202: { description: 'It was said, and is durable.', schema: saidAnswer } },
    },
    async ({ body, visitor, deadline }) => {
      const { target } = await addresses.of(visitor, deadline);
      const row = await sayInChat(deps, target, body, deadline);
      metrics.messages.inc({ from: 'user' });
      return { status: 202, body: { message: toChatMessage(row) } };
    },
  );

  const follow = visitorOperation(
    {
      method: 'get',
      path: `${path}/events`,
      name: 'streamChat',
      tag,
      summary: "Follow a visitor's conversation",
      description:
        'Server-sent events `message`, whose data are those of the transcript (JSON, see the schema ChatMessage): all of it, or what came after the message whose `cursor` is given as `Last-Event-ID`, and then what comes. It ends when the conversation was erased or the channel deleted.',
      params: channelParams,
      resumable: true,
      answers: { 200: { description: 'The stream.', schema: chatStream, mediaType: 'text/event-stream' } },
    },
    async ({ visitor, lastEventId, deadline }) => {
      await chatOf(visitor.channelId, deadline);
      const after = decodeCursor(lastEventId, 'lastEventId');
      if (feed.size >= maxChatStreams) {
        throw new ApiProblem('too_many_requests', 'Too many chats are followed here.', [], { 'Retry-After': '10' });
      }
      return { status: 200, stream: (req, res) => streamChat(req, res, { feed, visitor, after }) };
    },
  );

  return [look, come, read, say, follow];
}
