import { isTimeZone } from '../availability/hours';
import { createDemoApi, type DemoApi, DemoError, requireService } from './api-client';
import { type DemoConversation, startConversation } from './conversation';
import { type DemoGateway, startDemoGateway } from './gateway';
import { createTranscript, type Transcript } from './transcript';
import { until } from './until';

export interface DemoOptions {
  /** Of the running service, without a slash at the end. */
  baseUrl: string;
  /** Read when the service was found running: it makes the key. @throws DemoError when there is none */
  adminKey: () => string;
  say: (line: string) => void;
  /** Ends the demo early; what it made is deleted all the same. */
  signal: AbortSignal;
}

const delaySeconds = 5;
/** How much later than due a followup may arrive before the demo asks why. */
const patienceMs = 20_000;
/** How long after the due time the demo watches that nothing comes. */
const watchMs = 1_500;

const message = 'Are you still there? I have kept a pair aside for you.';

interface Scene {
  api: DemoApi;
  gateway: DemoGateway;
  channelId: string;
  transcript: Transcript;
  signal: AbortSignal;
}

/**
 * Plays two short conversations against the running service: one that goes quiet, so that the followup is sent, and one
 * in which the user replies in time, so that it is not. Takes about 15 seconds, and deletes what it made.
 *
 * @throws DemoError with a sentence for the person who started it
 */
export async function runDemo({ baseUrl, adminKey, say, signal }: DemoOptions): Promise<void> {
  await requireService(baseUrl);
  const api = createDemoApi(baseUrl, adminKey());
  const timeZone = ownTimeZone();
  const transcript = createTranscript(say, timeZone);
  const gateway = await startDemoGateway();
  const made: string[] = [];
  const make = async <Body extends { id: string }>(kind: string, body: object): Promise<Body> => {
    const thing = await api.post<Body>(`/v1/${kind}`, body);
    made.unshift(`/v1/${kind}/${thing.id}`);
    return thing;
  };

  try {
    say(`A demonstration with the service at ${baseUrl}`);
    transcript.title('What is needed: an agent, a channel, and a followup');
    transcript.line('Gateway', `listens at ${gateway.url}`);
    const agent = await make('agents', {
      name: 'Demo agent',
      identity: { timeZone, availability: { mode: 'always' } },
    });
    const channel = await make<{ id: string; signingSecret: string }>('channels', {
      ...{ agentId: agent.id, name: 'Demo channel', type: 'webhook' },
      endpoint: { url: gateway.url },
    });
    gateway.trust(channel.signingSecret);
    const followup = await make('followups', {
      ...{ title: 'Demo followup', message, delaySeconds, channelIds: [channel.id] },
    });
    transcript.line('Made', `agent     ${agent.id}, available always`);
    transcript.line('Made', `channel   ${channel.id}, to the gateway above`);
    transcript.line('Made', `followup  ${followup.id}, ${delaySeconds} s after the agent's last message`);

    const scene: Scene = { api, gateway, channelId: channel.id, transcript, signal };
    await playTheQuietOne(scene);
    await playTheOneWhoReplies(scene);
  } finally {
    await cleanUp(api, made, transcript);
    await gateway.close();
  }
}

async function playTheQuietOne({ api, gateway, channelId, transcript, signal }: Scene): Promise<void> {
  const chat = startConversation(api, channelId, signal);
  transcript.title(`A user goes quiet (conversation ${chat.id})`);
  await exchangeWords(chat, transcript);
  const waiting = await chat.told('waiting');
  transcript.line('Service', waiting.explanation);
  if (waiting.temporalUrl !== null) transcript.line('Temporal', waiting.temporalUrl);

  const arrived = await until(
    () => gateway.delivered.find(({ conversationId }) => conversationId === chat.id) ?? null,
    delaySeconds * 1_000 + patienceMs,
    signal,
  );
  if (arrived === null) throw await whyNothingArrived(chat, gateway);
  transcript.lineAt(
    arrived.atMs,
    'Gateway',
    `got a signed request, signature verified, webhook-id ${arrived.webhookId}`,
  );
  transcript.lineAt(arrived.atMs, 'Followup', `"${arrived.message}"`);
  transcript.line('Service', (await chat.told('sent')).explanation);
  await chat.end();
}

async function playTheOneWhoReplies({ api, gateway, channelId, transcript, signal }: Scene): Promise<void> {
  const chat = startConversation(api, channelId, signal);
  transcript.title(`Another one replies in time (conversation ${chat.id})`);
  await exchangeWords(chat, transcript);
  const waiting = await chat.told('waiting');
  transcript.line('Service', waiting.explanation);
  const dueAtMs = waiting.dueAt === null ? Date.now() + delaySeconds * 1_000 : Date.parse(waiting.dueAt);

  const replyAtMs = Date.now() + 1_500;
  await until(() => (Date.now() >= replyAtMs ? true : null), 10_000, signal);
  await chat.says('user');
  transcript.line('User', '"Oh, yes please!"');
  const skipped = await chat.told('skipped');
  transcript.line('Service', skipped.explanation);

  const arrived = () => gateway.delivered.find(({ conversationId }) => conversationId === chat.id) ?? null;
  const sent = await until(arrived, dueAtMs + watchMs - Date.now(), signal);
  if (sent !== null) throw new DemoError('The followup was sent although the user had replied: please report this.');
  transcript.line('Gateway', `got nothing: the ${delaySeconds} s have passed`);
  await chat.end();
}

async function exchangeWords(chat: DemoConversation, transcript: Transcript): Promise<void> {
  await chat.says('user');
  transcript.line('User', '"Do you have these shoes in size 42?"');
  await chat.says('agent');
  transcript.line('Agent', '"Two pairs are left. Shall I put one aside for you?"');
}

async function whyNothingArrived(chat: DemoConversation, gateway: DemoGateway): Promise<DemoError> {
  const told = await chat.toldNow().catch(() => null);
  const lines = [`The followup did not arrive at ${gateway.url}. The service says: ${told?.explanation ?? 'nothing.'}`];
  if (gateway.refused() > 0) lines.push('Requests came whose signature did not verify: are the clocks apart?');
  if (told?.reason === 'endpoint_blocked') {
    lines.push("Allow the demo's gateway where the service is started: EGRESS_ALLOW=127.0.0.0/8");
  }
  return new DemoError(lines.join('\n'));
}

/** Deletes what was made, last first, as far as it can be done: a failure here must not hide the one before. */
async function cleanUp(api: DemoApi, made: readonly string[], transcript: Transcript): Promise<void> {
  const left: string[] = [];
  for (const path of made) {
    await api.delete(path).catch(() => left.push(path));
  }
  if (made.length === 0) return;
  transcript.title('Tidied up');
  if (left.length === 0) transcript.line('Deleted', 'the followup, the channel and the agent; their history stays');
  else transcript.line('Deleted', `all but ${left.join(', ')}`);
}

/** That of this machine, where it is one that the service knows. */
function ownTimeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return isTimeZone(timeZone) ? timeZone : 'UTC';
}
