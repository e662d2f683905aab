import { PassThrough } from 'node:stream';
import { createLogger } from './logger';

function logged(format: 'pretty' | 'json', write: (logger: ReturnType<typeof createLogger>) => void): string {
  const destination = new PassThrough();
  write(createLogger({ level: 'info', format, destination }));
  return destination.read()?.toString() ?? '';
}

describe('the log', () => {
  it('is one JSON object a line, with the level in words and the time in UTC', () => {
    const line = logged('json', (logger) => logger.warn({ sessionId: 'ses_1' }, 'late'));
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', msg: 'late', sessionId: 'ses_1' });
    expect(line).toMatch(/"time":"\d{4}-\d\d-\d\dT[\d:.]+Z"/);
  });

  it('leaves out what is below its level', () => {
    expect(logged('json', (logger) => logger.debug('detail'))).toBe('');
  });

  it.each(['json', 'pretty'] as const)('hides credentials (%s)', (format) => {
    const text = logged(format, (logger) =>
      logger.info(
        {
          authorization: 'Bearer hunter2',
          req: { headers: { authorization: 'Bearer hunter2', cookie: 'session=hunter2' } },
          config: { adminApiKey: 'hunter2', databaseUrl: 'postgresql://me:hunter2@db/x' },
          channel: { signingSecret: 'whsec_hunter2' },
        },
        'a request',
      ),
    );
    expect(text).toContain('a request');
    expect(text).toContain('[hidden]');
    expect(text).not.toContain('hunter2');
  });

  it.each(['json', 'pretty'] as const)('holds of errors what may be known (%s)', (format) => {
    const refused = Object.assign(new Error('Failed query: insert … params: hunter2'), {
      query: 'insert …',
      params: ['hunter2'],
    });
    const text = logged(format, (logger) => {
      logger.error({ err: new Error('It could not be stored', { cause: refused }) }, 'a failure');
      logger.warn({ error: refused }, 'another');
    });
    expect(text).toContain('It could not be stored');
    expect(text).toContain('logger.test.ts');
    expect(text).not.toContain('hunter2');
  });
});
