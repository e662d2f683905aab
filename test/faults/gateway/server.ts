import { type FileHandle, open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setPriority } from 'node:os';
import { Webhook } from 'standardwebhooks';
import { sleep } from '../../support/eventually';
import { sharedMs } from '../clock';
import { Heartbeat } from './heartbeat';
import type { LedgerEntry, Order, Step } from './script';

/*
 * A gateway in a process of its own, so that it sees what happens while everything else is killed or frozen. It writes
 * each request to its ledger, durably, before it does anything with it. Its argument is the ledger's file; it prints its
 * two ports as JSON when it listens.
 */

/** How closely it can say when a request came in. */
const heartbeatMs = 5;

const scripts = new Map<string, Step[]>();
const secrets = new Map<string, string>();
const released = new Set<string>();
let otherwise: Step = {};
let sequence = 0;
const heartbeat = new Heartbeat(sharedMs());

function obey(order: Order): void {
  switch (order.order) {
    case 'script':
      scripts.set(order.conversationId, order.steps);
      break;
    case 'otherwise':
      otherwise = order.step;
      break;
    case 'release':
      released.add(order.name);
      break;
    case 'secret':
      secrets.set(order.channelId, order.secret);
      break;
    case 'forget':
      scripts.clear();
      otherwise = {};
      break;
  }
}

/** Entries one after the other, each on the disk before its request goes on. */
class Ledger {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly file: FileHandle) {}

  async write(entry: LedgerEntry): Promise<void> {
    this.last = this.last.then(async () => {
      await this.file.appendFile(`${JSON.stringify(entry)}\n`);
      await this.file.datasync();
    });
    await this.last;
  }
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function verifies(secret: string | undefined, body: string, incoming: IncomingMessage): boolean | null {
  if (secret === undefined) return null;
  try {
    new Webhook(secret).verify(body, incoming.headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

async function receive(ledger: Ledger, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const [notBeforeMs, readAtMs, atMs] = [heartbeat.notBeforeMs, sharedMs(), Date.now()];
  incoming.on('error', () => {});
  response.on('error', () => {});
  const body = await readBody(incoming).catch(() => '');
  const { type = '', data = {} } = parse(body);
  const step = scripts.get(data.conversationId)?.shift() ?? otherwise;
  await ledger.write({
    ...{ sequence: ++sequence, readAtMs, notBeforeMs, atMs },
    webhookId: String(incoming.headers['webhook-id']),
    timestamp: String(incoming.headers['webhook-timestamp']),
    signature: String(incoming.headers['webhook-signature']),
    verified: verifies(secrets.get(data.channelId), body, incoming),
    ...{ body, type, data, step },
  });
  if (step.delayMs !== undefined) await sleep(step.delayMs);
  while (step.hold !== undefined && !released.has(step.hold) && !response.destroyed) await sleep(10);
  await carryOut(step, data.deliveryId, response);
}

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire has no type; the checker says what it expects of it.
function parse(body: string): { type?: string; data?: any } {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}

async function carryOut(step: Step, deliveryId: string, response: ServerResponse): Promise<void> {
  if (step.manner === 'silence') return;
  if (step.manner === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(step.status ?? 200, { 'content-type': 'application/json', ...step.headers });
  if (step.manner === 'drip') {
    while (!response.destroyed) {
      response.write(' ');
      await sleep(1_000);
    }
    return;
  }
  if (step.manner === 'flood') {
    const chunk = Buffer.alloc(65_536, ' ');
    for (let sent = 0; sent < 2 ** 30 && !response.destroyed; sent += chunk.length) {
      if (!response.write(chunk)) {
        await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
      }
    }
  }
  response.end(step.body ?? JSON.stringify({ messageId: `gw-${deliveryId}` }));
}

async function main(): Promise<void> {
  const [ledgerFile = ''] = process.argv.slice(2);
  try {
    // What came in is to be read at once, also on a busy machine. Only root may ask for it.
    setPriority(-10);
  } catch {
    // then it is as quick as the others
  }
  setInterval(() => heartbeat.beat(sharedMs()), heartbeatMs);
  const ledger = new Ledger(await open(ledgerFile, 'a'));
  const gateway = createServer((incoming, response) => void receive(ledger, incoming, response));
  const control = createServer(async (incoming, response) => {
    obey(JSON.parse(await readBody(incoming)) as Order);
    response.end();
  });
  for (const server of [gateway, control]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  const [port, controlPort] = [gateway, control].map((server) => (server.address() as AddressInfo).port);
  console.log(JSON.stringify({ port, controlPort }));
  // The harness went away without a word.
  process.stdin.on('end', () => process.exit(0)).resume();
}

void main();
