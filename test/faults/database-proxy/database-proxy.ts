import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { MessageReader, StatementWatcher } from './protocol';

/** Stands between the service and PostgreSQL, and can cut a line at the worst moment. */
export type DatabaseProxy = {
  /** For the service. */
  url: string;
  /** Past it. */
  directUrl: string;
  /**
   * Cuts the line of the next client that has a statement executed whose text matches, when the server has answered:
   * everything was done, and the client never learns of it.
   *
   * @param within a statement that the same transaction has executed before; absent: whatever it was
   */
  cutAfter(statement: RegExp, within?: RegExp): Promise<void>;
  /**
   * Does something when the server has answered the next statement that matches, and its client has not read that yet.
   *
   * @param within a statement that the same transaction has executed before
   * @param act is called right before the answer is passed on
   */
  beforeAnswer(statement: RegExp, within: RegExp, act: () => void): Promise<void>;
  /** Cuts every line there is. */
  cutAll(): void;
  /** Forgets the cuts that did not come to pass. */
  forget(): void;
  close(): Promise<void>;
};

/** `act`: instead of a cut. */
type Cut = { statement: RegExp; within: RegExp | undefined; act: (() => void) | null; done: () => void };

export async function startDatabaseProxy(directUrl: string): Promise<DatabaseProxy> {
  const target = new URL(directUrl);
  const lines = new Set<Socket>();
  let cuts: Cut[] = [];

  const server = createServer((client) => {
    const database = connect({ host: target.hostname, port: Number(target.port) });
    const cutLine = () => {
      client.destroy();
      database.destroy();
    };
    const requests = new MessageReader(true);
    const answers = new MessageReader(false);
    const watcher = new StatementWatcher();
    /** What was executed since its BEGIN; null: there is none. */
    let transaction: string[] | null = null;
    let ready = 0;
    let pending: { cut: Cut; readyNumber: number } | null = null;
    for (const socket of [client, database]) {
      lines.add(socket);
      socket.setNoDelay(true);
      socket.on('error', cutLine).on('close', () => {
        lines.delete(socket);
        cutLine();
      });
    }
    client.on('data', (chunk) => {
      for (const message of requests.read(chunk)) {
        const executed = watcher.see(message);
        if (!executed) continue;
        const { text } = executed;
        if (/^begin/i.test(text)) transaction = [];
        else transaction?.push(text);
        const isAbout = (within: RegExp | undefined) => !within || transaction?.some((before) => within.test(before));
        const cut = cuts.find(({ statement, within }) => statement.test(text) && isAbout(within));
        if (/^(commit|rollback)/i.test(text)) transaction = null;
        if (!cut) continue;
        cuts = cuts.filter((other) => other !== cut);
        pending = { cut, readyNumber: executed.readyNumber };
      }
      database.write(chunk);
    });
    database.on('data', (chunk) => {
      ready += answers.read(chunk).filter(({ type }) => type === 'Z').length;
      // ReadyForQuery: what was asked is done, and outside of a transaction it is committed.
      if (pending === null || ready < pending.readyNumber) {
        client.write(chunk);
        return;
      }
      const { act, done } = pending.cut;
      pending = null;
      if (act === null) cutLine();
      else {
        act();
        client.write(chunk);
      }
      done();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(directUrl);
  url.port = String((server.address() as AddressInfo).port);
  const cutAll = () => {
    for (const socket of lines) socket.destroy();
  };
  return {
    url: url.toString(),
    directUrl,
    cutAfter: (statement, within) =>
      new Promise((done) => {
        cuts.push({ statement, within, act: null, done });
      }),
    beforeAnswer: (statement, within, act) =>
      new Promise((done) => {
        cuts.push({ statement, within, act, done });
      }),
    cutAll,
    forget() {
      cuts = [];
    },
    async close() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
