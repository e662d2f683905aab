import { errorInWords, loggableError } from './loggable-error';

class PostgresError extends Error {
  constructor(fields: Record<string, unknown>) {
    super(String(fields.message));
    this.name = 'PostgresError';
    Object.assign(this, fields);
  }
}

class DrizzleQueryError extends Error {
  query = 'insert into "chat_messages" ("text") values ($1)';
  params = ['hunter2'];
  constructor(cause: Error) {
    super('Failed query: insert into "chat_messages" ("text") values ($1)\nparams: hunter2', { cause });
  }
}

const duplicate = new PostgresError({
  ...{ message: 'duplicate key value hunter2', code: '23505', detail: 'Key (text)=(hunter2) already exists.' },
  ...{ constraint_name: 'chat_messages_sender_id', table_name: 'chat_messages', parameters: ['hunter2'] },
});

describe('an error in the log', () => {
  it('of the database holds no statement, no parameter and no value', () => {
    const error = new Error('The message could not be stored', { cause: new DrizzleQueryError(duplicate) });
    const text = JSON.stringify(loggableError(error));
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('values ($1)');
    expect(loggableError(error)).toMatchObject({
      type: 'Error',
      message: 'The message could not be stored',
      stack: expect.arrayContaining([expect.stringContaining('loggable-error.test.ts')]),
      cause: {
        type: 'DrizzleQueryError',
        cause: { type: 'PostgresError', code: '23505', constraint: 'chat_messages_sender_id', table: 'chat_messages' },
      },
    });
  });

  it('keeps what only names things of the database', () => {
    const error = new DrizzleQueryError(new PostgresError({ message: 'relation "x" does not exist', code: '42P01' }));
    expect(loggableError(error)).toMatchObject({ cause: { message: 'relation "x" does not exist' } });
    expect(errorInWords(error)).toBe('relation "x" does not exist');
    expect(errorInWords(new DrizzleQueryError(duplicate))).toBe('the database refused a statement (23505)');
  });

  it('has no other field, may be its own cause, and may be none', () => {
    const error = Object.assign(new TypeError('wrong'), { body: 'hunter2', code: 7 });
    error.cause = error;
    expect(loggableError(error)).toMatchObject({ type: 'TypeError', message: 'wrong', code: '7' });
    expect(JSON.stringify(loggableError(error))).not.toContain('hunter2');
    expect(loggableError({ message: 'hunter2' })).toBe('object');
    expect(loggableError('hunter2')).toBe('string');
  });
});
