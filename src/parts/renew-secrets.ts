import type { Database } from '../db/client';
import {
  pageOfAnswers,
  pageOfSigningSecrets,
  replaceAnswer,
  replaceSigningSecrets,
  type StoredAnswer,
  type StoredSigningSecrets,
} from '../db/queries/stored-secrets';
import { withDeadline } from '../deadline';
import type { Logger } from '../logger';
import type { SecretBox } from '../secret-box';

const againAfterMs = 60_000;
const pageWithinMs = 15_000;

/** What came of one round. */
export interface Renewal {
  /** Things that an earlier key had encrypted, and SECRETS_KEY has now. */
  renewed: number;
  /** Channels whose signing secret no key here can read. */
  unreadableChannelIds: string[];
}

type Renewing = { db: Database['db']; secretBox: SecretBox };

/**
 * Encrypts with SECRETS_KEY what an earlier key encrypted: the signing secrets of channels, and the answers kept for
 * repeated requests. Any number of processes may, and it may be repeated.
 */
export async function renewSecrets({ db }: Pick<Database, 'db'>, secretBox: SecretBox): Promise<Renewal> {
  const channels = await renewSigningSecrets({ db, secretBox });
  // There are many of these, they last a day, and without an earlier key there is nothing to renew.
  const answers = secretBox.readsEarlier ? await renewAnswers({ db, secretBox }) : 0;
  return { ...channels, renewed: channels.renewed + answers };
}

async function renewSigningSecrets({ db, secretBox }: Renewing): Promise<Renewal> {
  const result: Renewal = { renewed: 0, unreadableChannelIds: [] };
  for (let afterId: string | null = null; ; ) {
    const page: StoredSigningSecrets[] = await withDeadline(
      'The database',
      pageWithinMs,
      pageOfSigningSecrets(db, afterId),
    );
    for (const stored of page) {
      const current = renewOf(secretBox, stored.signingSecret);
      if (current === 'unreadable') {
        if (stored.deletedAt === null) result.unreadableChannelIds.push(stored.id);
        continue;
      }
      const previous = stored.previousSigningSecret === null ? null : renewOf(secretBox, stored.previousSigningSecret);
      const renewed = {
        ...(current === null ? {} : { signingSecret: current }),
        ...(previous === null || previous === 'unreadable' ? {} : { previousSigningSecret: previous }),
      };
      if (Object.keys(renewed).length > 0 && (await replaceSigningSecrets(db, stored, renewed))) result.renewed++;
    }
    const last = page.at(-1);
    if (last === undefined) return result;
    afterId = last.id;
  }
}

/** Answers that cannot be read are gone within a day. */
async function renewAnswers({ db, secretBox }: Renewing): Promise<number> {
  let renewed = 0;
  for (let after: StoredAnswer | null = null; ; ) {
    const page: StoredAnswer[] = await withDeadline('The database', pageWithinMs, pageOfAnswers(db, after));
    for (const stored of page) {
      const body = renewOf(secretBox, stored.body);
      if (body !== null && body !== 'unreadable' && (await replaceAnswer(db, stored, body))) renewed++;
    }
    after = page.at(-1) ?? null;
    if (after === null) return renewed;
  }
}

/** null: it needs no renewal. */
function renewOf(secretBox: SecretBox, box: string): string | null | 'unreadable' {
  try {
    return secretBox.renew(box);
  } catch {
    return 'unreadable';
  }
}

/** Does so once, when a process starts; again only as long as the database does not answer. */
export function startRenewing(database: Database, secretBox: SecretBox, logger: Logger): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = async () => {
    try {
      const { renewed, unreadableChannelIds } = await renewSecrets(database, secretBox);
      if (renewed > 0) logger.info({ renewed }, 'everything that is kept encrypted is encrypted with SECRETS_KEY now');
      if (unreadableChannelIds.length > 0) {
        logger.error(
          { channelIds: unreadableChannelIds.slice(0, 100), channels: unreadableChannelIds.length },
          'the signing secrets of channels cannot be read, so nothing is sent on them: set SECRETS_KEY, SECRETS_KEY_PREVIOUS and PSEUDONYMS_KEY to what they were made with, or rotate these secrets',
        );
      }
    } catch (error) {
      if (stopped) return;
      logger.warn({ err: error }, 'the encryption of what is kept could not be looked after; trying again in a minute');
      timer = setTimeout(() => void run(), againAfterMs);
      timer.unref();
    }
  };
  void run();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
