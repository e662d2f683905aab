import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { forms } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import type { Conversation, DeliveryRows } from '../world/conversation';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { outcomes, wasSent } from './support/attempts';
import { ownChannel } from './support/own-channel';

/** Connecting and answering may take 10 seconds together; the rest is for a machine that is busy, and ends the attempt. */
const abortedBetweenMs: [number, number] = [9_500, 15_000];
/** Of 64 KB and what the buffers of two sockets hold, of a gigabyte. */
const takenAtMostBytes = 32 * 2 ** 20;

/** Fails when an answer is waited for longer than ten seconds, or more of it is taken than its beginning. */
export const row: Row = {
  number: 14,
  fault: 'gateway hangs, drips, or answers 1 GB',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    await Promise.all([
      hangs(world, report),
      drips(world, report),
      floods(world, report),
      silentAtTheDoor(world, report),
    ]);
    await judge(world, report);
  },
};

async function hangs(world: World, report: RowReport): Promise<void> {
  const { followupId, chat } = await ownChannel(world);
  world.mustBeSent(chat, followupId, 'the second answer came');
  await world.installation.gateway.script(chat.id, [{ manner: 'silence' }]);
  await chat.says('agent');
  const delivery = await chat.delivery('a send', wasSent);
  report.must('lost, then sent', outcomes(delivery) === 'lost, sent', outcomes(delivery));
  const [lost] = await durations(world, delivery);
  givenUpInTime(lost, report);
  report.note('hung for ms', lost ?? -1);
}

/** The head says what became of the message; nobody needs the rest. */
async function drips(world: World, report: RowReport): Promise<void> {
  const { gateway } = world.installation;
  const [good, bad] = await Promise.all([ownChannel(world), ownChannel(world)]);
  const chats: [Conversation, number, string][] = [
    [good.chat, 200, 'sent'],
    [bad.chat, 500, 'failed, sent'],
  ];
  for (const { chat, followupId } of [good, bad]) world.mustBeSent(chat, followupId, 'the gateway took it');
  await Promise.all(
    chats.map(async ([chat, status, wanted]) => {
      await gateway.script(chat.id, [{ manner: 'drip', status }]);
      await chat.says('agent');
      const delivery = await chat.delivery('a send', wasSent);
      report.must(`a dripping ${status}: ${wanted}`, outcomes(delivery) === wanted, outcomes(delivery));
      const [dripped] = await durations(world, delivery);
      givenUpInTime(dripped, report);
      report.note(`a ${status} dripped for ms`, dripped ?? -1);
    }),
  );
}

/** An endpoint of the row's own, which knows how much of its gigabyte was taken. */
async function floods(world: World, report: RowReport): Promise<void> {
  const taken: number[] = [];
  const flood = createServer((incoming, response) => {
    const { socket } = response;
    response.on('error', () => {}).once('close', () => taken.push(socket?.bytesWritten ?? 0));
    incoming.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = Buffer.alloc(65_536, ' ');
    let sent = 0;
    const write = () => {
      while (!response.destroyed && sent < 2 ** 30) {
        sent += chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', write);
          return;
        }
      }
      response.end();
    };
    write();
  });
  await withServer(flood, async (port) => {
    const { chat } = await ownChannel(world, { channel: { endpoint: { url: `http://127.0.0.1:${port}/` } } });
    await chat.says('agent');
    const delivery = await chat.delivery('a send', wasSent);
    report.must('one attempt, sent', outcomes(delivery) === 'sent', outcomes(delivery));
    onlyItsBeginning(taken, report);
    report.note('taken of 1 GB', `${((taken[0] ?? 0) / 2 ** 20).toFixed(1)} MB`);
  });
}

/** It takes the connection, and says nothing to the greeting of TLS: nothing was written yet. */
async function silentAtTheDoor(world: World, report: RowReport): Promise<void> {
  const open = new Set<Socket>();
  const silent = createTcpServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}).resume();
  });
  await withServer(silent, async (port) => {
    const { chat } = await ownChannel(world, { channel: { endpoint: { url: `https://127.0.0.1:${port}/` } } });
    await chat.says('agent');
    const delivery = await chat.delivery('an outcome', ({ attempts }) => (attempts[0]?.outcome ?? null) !== null);
    report.must('unreachable', delivery.attempts[0]?.outcome === 'unreachable', delivery.attempts[0]);
    const [waited] = await durations(world, delivery);
    report.must('half of the time is for connecting', within(waited, [4_500, 9_500]), waited);
    await chat.ends();
    for (const socket of open) socket.destroy();
  });
}

async function durations(world: World, { id }: DeliveryRows): Promise<(number | null)[]> {
  const { attempts } = await world.calls.expect(200, 'GET', `/v1/deliveries/${id}`);
  return attempts.map(({ durationMs }: { durationMs: number | null }) => durationMs);
}

/** What does not answer, or not to its end, is left after the ten seconds that an attempt has for it. */
export const givenUpInTime = (durationMs: number | null | undefined, report: Judging): void =>
  report.must('given up after 10 s', within(durationMs, abortedBetweenMs), durationMs);

/** @param takenBytes of each answer that has no end */
export function onlyItsBeginning(takenBytes: readonly number[], report: Judging): void {
  report.must('one request to the flood', takenBytes.length === 1, takenBytes);
  const isCut = takenBytes.every((bytes) => bytes < takenAtMostBytes);
  report.must('its beginning is read, and no more', isCut, takenBytes);
}

const within = (value: number | null | undefined, [from, to]: [number, number]) =>
  typeof value === 'number' && value >= from && value <= to;

async function withServer(server: Server, use: (port: number) => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}
