import type { Logger } from 'pino';
import type { Database } from '../../db/client';
import {
  type ChatConversation,
  type ChatMessageRow,
  findGoneChats,
  hasChatMessages,
  listChatMessages,
} from '../../db/queries/chat-messages';
import { withDeadline } from '../../deadline';
import type { EventFeed } from '../event-feed';
import { heartbeatMs } from '../server-sent';

/** Messages that are read at once. */
const pageSize = 100;
const answerWithinMs = 5_000;
/** Conversations that are looked after in one statement. */
const watchedAtOnce = 1_000;
/** Pages of one visitor that are open at once. With one more the oldest is ended: a browser that is gone is not missed. */
export const maxStreamsOfConversation = 10;

/** Somebody who reads along in a conversation. */
export type Reader = {
  /** Takes the next messages, in order. Resolves once there is room for more; what it throws ends it. */
  take(messages: readonly ChatMessageRow[]): Promise<void> | undefined;
  /** Called now and then, so that the line stays alive. */
  beat(): void;
  /** There is nothing more to read here; who comes again learns whether there is elsewhere. */
  end(): void;
  /** Epoch milliseconds; then it is ended. */
  endsAtMs: number;
};

export interface ChatFeed {
  /**
   * Tells a reader of every message of a conversation after a place: of those that are there, then of new ones as they
   * come. None is left out and none told twice.
   *
   * @returns how to stop it
   */
  follow(conversation: ChatConversation, after: number, reader: Reader): () => void;
  /** How many read along. */
  readonly size: number;
}

type Following = {
  conversation: ChatConversation;
  reader: Reader;
  /** How far it has read. */
  read: number;
  /** Whether it was seen that its place is one: until then nothing can be said of what is gone. */
  begun: boolean;
  /** Whether it reads now, and whether there may be more than it will find. */
  reading: boolean;
  more: boolean;
};

/** What all of this process's readers hear of new messages by. */
type Hearing = { begun: Promise<void>; stop(): void };

const stored = ({ channelId, conversationId }: ChatConversation) => ({ channelId, conversationIds: [conversationId] });
const keyOf = ({ channelId, conversationId }: ChatConversation) => `${channelId}/${conversationId}`;

/**
 * Follows conversations for the visitors of this process. That there is something new it learns from the one feed of
 * events, whichever process wrote it; what it is, from the database. So a message costs a look at the readers of its own
 * conversation, however many others there are. It asks nothing while nobody reads.
 */
export function createChatFeed(deps: {
  database: Pick<Database, 'db'>;
  events: EventFeed;
  logger: Logger;
  clock: () => number;
  /** How often it is seen whether readers still have something to read. */
  watchEveryMs?: number;
}): ChatFeed {
  const { events, logger, clock, watchEveryMs = heartbeatMs } = deps;
  const { db } = deps.database;
  const byConversation = new Map<string, Set<Following>>();
  let size = 0;
  let hearing: Hearing | null = null;
  let timer: NodeJS.Timeout | null = null;

  const everyone = () => [...byConversation.values()].flatMap((followings) => [...followings]);
  const isFollowed = (following: Following) =>
    byConversation.get(keyOf(following.conversation))?.has(following) ?? false;

  function drop(following: Following): boolean {
    const key = keyOf(following.conversation);
    const followings = byConversation.get(key);
    if (!followings?.delete(following)) return false;
    if (followings.size === 0) byConversation.delete(key);
    size -= 1;
    if (size === 0) fallSilent();
    return true;
  }

  function end(following: Following): void {
    if (drop(following)) following.reader.end();
  }

  /** A place in what has been erased, or was not kept any longer, is the beginning. */
  async function begin(following: Following): Promise<void> {
    const { conversation, read: after } = following;
    try {
      const known = after === 0 || hasChatMessages(db, stored(conversation), after);
      if (!(await withDeadline('The database', answerWithinMs, Promise.resolve(known)))) following.read = 0;
      following.begun = true;
    } catch (error) {
      logger.debug({ err: error }, 'A visitor could not be told of messages');
      end(following);
      return;
    }
    await read(following);
  }

  /** Reads what is there, page by page, until there is no more. */
  async function read(following: Following): Promise<void> {
    following.more = true;
    if (following.reading) return;
    following.reading = true;
    try {
      while (following.more && isFollowed(following)) {
        following.more = false;
        const page = listChatMessages(db, following.conversation, following.read, pageSize);
        const rows = await withDeadline('The database', answerWithinMs, page);
        const last = rows.at(-1);
        if (!last || !isFollowed(following)) continue;
        following.read = last.sequence;
        following.more ||= rows.length === pageSize;
        await following.reader.take(rows);
      }
    } catch (error) {
      logger.debug({ err: error }, 'A visitor could not be told of messages');
      end(following);
    } finally {
      following.reading = false;
    }
  }

  function hear(): Hearing {
    let stopped = false;
    let listening: { stop(): void } | null = null;
    const begin = async () => {
      const after = await events.present();
      if (stopped) return;
      listening = events.listen(after, {
        take(rows) {
          const spokenIn = rows
            .filter(({ type }) => type === 'chat.message')
            .map(({ channelId, data }) => keyOf({ channelId, conversationId: String(data.conversationId) }));
          for (const key of new Set(spokenIn))
            for (const following of byConversation.get(key) ?? []) void read(following);
          return undefined;
        },
        end: endAll,
      });
    };
    return {
      begun: begin(),
      stop() {
        stopped = true;
        listening?.stop();
      },
    };
  }

  function endAll(): void {
    for (const following of everyone()) end(following);
  }

  function fallSilent(): void {
    hearing?.stop();
    hearing = null;
    if (timer) clearInterval(timer);
    timer = null;
  }

  /** Ends those for whom there is nothing more to read: their token, their channel or their conversation is gone. */
  async function watch(): Promise<void> {
    const nowMs = clock();
    for (const following of everyone()) {
      if (following.reader.endsAtMs <= nowMs) end(following);
      else following.reader.beat();
    }
    const watched = everyone().filter(({ begun }) => begun);
    for (let from = 0; from < watched.length; from += watchedAtOnce) {
      const some = watched.slice(from, from + watchedAtOnce);
      const asked = some.map(({ conversation, read }) => ({ ...conversation, read }));
      const gone = await withDeadline('The database', answerWithinMs, findGoneChats(db, asked));
      for (const index of gone) if (some[index]) end(some[index]);
    }
  }

  return {
    follow(conversation, after, reader) {
      const following: Following = { conversation, reader, read: after, begun: false, reading: false, more: false };
      const followings = byConversation.get(keyOf(conversation)) ?? new Set();
      byConversation.set(keyOf(conversation), followings.add(following));
      size += 1;
      const [oldest] = followings;
      if (oldest && followings.size > maxStreamsOfConversation) end(oldest);

      // Only when new ones are heard of is it read what is there: so none falls in between.
      hearing ??= hear();
      timer ??= setInterval(() => {
        watch().catch((error: unknown) =>
          logger.debug({ err: error }, 'The readers of chats could not be looked after'),
        );
      }, watchEveryMs).unref();
      hearing.begun.then(
        () => begin(following),
        () => end(following),
      );
      return () => {
        drop(following);
      };
    },
    get size() {
      return size;
    },
  };
}
