import { randomUUID } from 'node:crypto';
import { eventually, sleep } from '../../support/eventually';
import { collectFacts } from '../checker/collect';
import type { Expectation, Facts, ReportedEvent } from '../checker/facts';
import { isRunning } from '../checker/histories';
import { type Violation, violations } from '../checker/invariants';
import { inParallel } from '../in-parallel';
import type { Installation } from '../installation/installation';
import { type Calls, createCalls } from './calls';
import { Conversation } from './conversation';
import { EventLog } from './event-log';
import { pendingOf } from './pending';

export type ChannelOptions = { identity?: object; agent?: object; channel?: object };

/** How long everything has, once it runs again, to come to rest. */
const quietWithinMs = 150_000;
/** What is planned for later than this is not waited for: it would not have come to an end in time. */
const waitedForMs = quietWithinMs - 30_000;

/** What one row, or one plan, makes in an installation, and what the model says of it. */
export class World {
  readonly calls: Calls;
  private readonly events = new EventLog();
  readonly conversations: Conversation[] = [];
  private readonly channelIds: string[] = [];
  private readonly expectations: Expectation[] = [];

  constructor(readonly installation: Installation) {
    this.calls = createCalls(installation);
  }

  /** An agent with a channel to the gateway. */
  async makeChannel(options: ChannelOptions = {}): Promise<{ agentId: string; channelId: string }> {
    const agent = await this.calls.expect(201, 'POST', '/v1/agents', {
      body: {
        name: 'Ada',
        identity: { timeZone: 'Europe/Madrid', availability: { mode: 'always' }, ...options.identity },
        ...options.agent,
      },
    });
    return { agentId: agent.id, channelId: await this.addChannel(agent.id, options.channel) };
  }

  /** Another channel of an agent. */
  async addChannel(agentId: string, settings: object = {}): Promise<string> {
    const { gateway } = this.installation;
    const channel = await this.calls.expect(201, 'POST', '/v1/channels', {
      body: { agentId, name: 'Chat', type: 'webhook', endpoint: { url: gateway.url }, ...settings },
    });
    await gateway.secret(channel.id, channel.signingSecret);
    this.channelIds.push(channel.id);
    return channel.id;
  }

  /** A followup of a second, unless told otherwise. */
  async makeFollowup(channelId: string, settings: object = {}): Promise<string> {
    const followup = await this.calls.expect(201, 'POST', '/v1/followups', {
      body: {
        ...{ title: 'Still there?', message: 'Are you still there?', delaySeconds: 1, channelIds: [channelId] },
        ...settings,
      },
    });
    return followup.id;
  }

  conversation(channelId: string, id = `c-${randomUUID()}`): Conversation {
    const made = new Conversation(this.installation, this.calls, this.events, channelId, id);
    this.conversations.push(made);
    return made;
  }

  /** The model: it is to be sent in one session, and came to the gateway when all is quiet. */
  mustBeSent({ id }: Conversation, followupId: string, why: string): void {
    this.expectations.push({ conversationId: id, followupId, atLeast: 1, atMost: 1, why });
  }

  mustNotBeSent({ id }: Conversation, followupId: string, why: string): void {
    this.expectations.push({ conversationId: id, followupId, atLeast: 0, atMost: 0, why });
  }

  /** A race whose order nobody can know: once at most. */
  mayBeSent({ id }: Conversation, followupId: string, why: string): void {
    this.expectations.push({ conversationId: id, followupId, atLeast: 0, atMost: 1, why });
  }

  expect(expectations: readonly Expectation[]): void {
    this.expectations.push(...expectations);
  }

  /** What was reported of a conversation, in order of time. */
  eventsOf({ id }: Conversation): ReportedEvent[] {
    return this.events.all.filter(({ conversationId }) => conversationId === id).sort((a, b) => a.atMs - b.atMs);
  }

  /** How much of what there was. */
  counts(): { conversations: number; events: number; requests: number } {
    const ids = new Set(this.conversations.map(({ id }) => id));
    const requests = this.installation.gateway.ledger().filter(({ data }) => ids.has(data.conversationId));
    return { conversations: ids.size, events: this.events.all.length, requests: requests.length };
  }

  facts(): Promise<Facts> {
    return collectFacts(this.installation, {
      channelIds: this.channelIds,
      conversations: this.conversations,
      events: this.events.all,
      expectations: this.expectations,
    });
  }

  /**
   * Has everything run again, waits until all that is still to be sent was sent, ends every session, and judges what
   * was seen by I1 to I5.
   */
  async verdict(): Promise<Violation[]> {
    await this.installation.recover();
    const unsettled = await this.settled(() => this.facts());
    if (unsettled.length > 0) return unsettled;
    await inParallel(this.spoken(), 8, (conversation) => this.end(conversation));
    return this.settled(async () => {
      const facts = await this.facts();
      if (facts.sessions.some(({ runs }) => runs)) throw new Error('Not every session has ended.');
      return facts;
    });
  }

  /**
   * What is left of violations when they do not get fewer by waiting, once all is at rest: also where nothing was found
   * yet, since what must not be sent may still be. What does not come to rest is a violation itself.
   */
  private async settled(look: () => Promise<Facts>): Promise<Violation[]> {
    let found: Violation[] | null = null;
    const untilMs = Date.now() + waitedForMs;
    await eventually(
      'quiet',
      async () => {
        // Asked before the facts are read: what is missing in them then does not come any more.
        const moving = await this.moving(untilMs);
        const seen = violations(await look());
        found = [...seen, ...moving];
        // What must not have been cannot be undone.
        const final = moving.length === 0 ? ['I1', 'I2', 'I4'] : ['I1', 'I4'];
        const isFinal = seen.every(({ invariant }) => final.includes(invariant));
        if (isFinal && (seen.length > 0 || moving.length === 0)) {
          found = seen;
          return true;
        }
        await sleep(1_000);
        return false;
      },
      quietWithinMs,
    ).catch((error: unknown) => {
      if (found === null) throw error;
    });
    return found ?? [];
  }

  /** The conversations of which something is planned until then, or is just being done. */
  private async moving(untilMs: number): Promise<Violation[]> {
    const found: Violation[] = [];
    await inParallel(this.spoken(), 8, async (conversation) => {
      const pending = await this.pendingIn(conversation, untilMs);
      const what = `${conversation.id} does not come to rest: ${pending}`;
      if (pending !== null) found.push({ invariant: 'I5', what });
    });
    return found;
  }

  /** What is still to come of a conversation, in words; null: nothing. */
  private async pendingIn({ path, workflowId }: Conversation, untilMs: number): Promise<string | null> {
    const { status, body } = await this.calls.once('GET', `${path}/session`);
    if (status === 200 && body.status === 'open') return pendingOf(body.followups, untilMs);
    if (status !== 200 && status !== 404) return `its session is answered with ${status}`;
    // A workflow without an open session opens one for what came while the last one was closed.
    return (await isRunning(this.installation, workflowId)) ? 'its workflow still runs' : null;
  }

  /** The conversations in which somebody has said something. */
  private spoken(): Conversation[] {
    const ids = new Set(this.events.all.map(({ conversationId }) => conversationId));
    return this.conversations.filter(({ id }) => ids.has(id));
  }

  /** Ends a session that is still open, so that nothing can come of it any more. */
  private async end(conversation: Conversation): Promise<void> {
    const { status } = await this.calls.once('GET', `${conversation.path}/session`);
    if (status === 404) return;
    await this.calls.expect(202, 'POST', `${conversation.path}/end`, { body: {} });
  }
}
