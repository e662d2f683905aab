import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '../../support/eventually';
import type { LedgerEntry, Order, Step } from './script';

/** The scripted gateway, as the harness sees it. */
export type GatewayProcess = {
  /** The endpoint for channels. */
  url: string;
  pid: number;
  /** What it does with the next requests of a conversation, one step each; with those after it, what it does otherwise. */
  script(conversationId: string, steps: Step[]): Promise<void>;
  /** What it does with requests of conversations without a script. */
  otherwise(step: Step): Promise<void>;
  /** Lets requests go on that wait for this name, those to come included. */
  release(name: string): Promise<void>;
  /** The secret that requests of a channel are verified by. */
  secret(channelId: string, secret: string): Promise<void>;
  /** Forgets every script. */
  forget(): Promise<void>;
  /** Every request until now, in order, read from its ledger. */
  ledger(): LedgerEntry[];
  /** The same of one conversation. */
  of(conversationId: string): LedgerEntry[];
  /** Waits until a conversation has so many requests. */
  received(conversationId: string, count: number, withinMs?: number): Promise<LedgerEntry[]>;
  stop(): Promise<void>;
};

const root = join(__dirname, '..', '..', '..');

export async function startGatewayProcess(folder: string): Promise<GatewayProcess> {
  const ledgerFile = join(folder, 'gateway-ledger.jsonl');
  const register = join(root, 'test', 'support', 'register-typescript.cjs');
  const child = spawn(process.execPath, ['-r', register, join(__dirname, 'server.ts'), ledgerFile], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
    // Ctrl-C is for the harness, which stops it.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
    ended.then(() => Promise.reject(new Error('The gateway ended before it listened.'))),
  ]);
  const { port, controlPort } = JSON.parse(said) as { port: number; controlPort: number };

  const order = async (what: Order): Promise<void> => {
    const body = JSON.stringify(what);
    const response = await fetch(`http://127.0.0.1:${controlPort}/`, { method: 'POST', body });
    if (!response.ok) throw new Error(`The gateway did not take the order ${what.order}.`);
  };
  const ledger = readerOf(ledgerFile);
  const of = (conversationId: string) => ledger().filter(({ data }) => data.conversationId === conversationId);
  return {
    url: `http://127.0.0.1:${port}/followups`,
    pid: child.pid ?? 0,
    script: (conversationId, steps) => order({ order: 'script', conversationId, steps }),
    otherwise: (step) => order({ order: 'otherwise', step }),
    release: (name) => order({ order: 'release', name }),
    secret: (channelId, secret) => order({ order: 'secret', channelId, secret }),
    forget: () => order({ order: 'forget' }),
    ledger,
    of,
    received: (conversationId, count, withinMs = 120_000) =>
      eventually(
        `${count} requests for ${conversationId}`,
        () => {
          const requests = of(conversationId);
          return requests.length >= count && requests;
        },
        withinMs,
      ),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Reads what was added to a file of JSON lines since the last time. */
function readerOf(file: string): () => LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  let readUntil = 0;
  let rest = '';
  return () => {
    const handle = openSync(file, 'r');
    try {
      const added = Buffer.alloc(fstatSync(handle).size - readUntil);
      readUntil += readSync(handle, added, 0, added.length, readUntil);
      const lines = (rest + added.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) entries.push(JSON.parse(line) as LedgerEntry);
    } finally {
      closeSync(handle);
    }
    return entries;
  };
}
