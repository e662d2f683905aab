import { PassThrough } from 'node:stream';
import { createLogger } from '../logger';
import { type SendFollowupDeps, sendFollowup } from './send-followup';

describe('a send that cannot be claimed', () => {
  it('is tried again, and the log says what kept it', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
    const destination = new PassThrough();
    const deps = {
      database: {
        db: {
          select() {
            throw away;
          },
        },
      },
      logger: createLogger({ level: 'warn', format: 'json', destination }),
    } as unknown as SendFollowupDeps;
    const input = { sessionId: 'ses_1', followupId: 'flw_1', anchorMs: 0 } as Parameters<typeof sendFollowup>[1];
    const context = { workflowId: 'session/ch_1/c-1', abortSignal: new AbortController().signal };
    expect(await sendFollowup(deps, input, context)).toEqual({
      ...{ outcome: 'retry', cause: 'unverified', retryAfterMs: null },
    });
    expect(JSON.parse(destination.read().toString())).toMatchObject({
      followupId: 'flw_1',
      err: { type: 'Error', code: 'ECONNREFUSED' },
    });
  });
});
