import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually';
import { forms } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import type { Answer } from '../world/calls';
import { World } from '../world/world';
import { killAll, startAll } from './support/all';
import { stallNewAgents, waitsForLock } from './support/stalls';

/** Fails when a key has something made twice, gives another answer again, or lets another request pass for the first. */
export const row: Row = {
  number: 35,
  fault: 'the same Idempotency-Key at once, with another body, again',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    const { agentId } = await world.makeChannel();
    const times = report.thorough ? 50 : 8;
    for (let time = 0; time < times; time++) await atOnce(world, report);
    await whileItRuns(world, report);
    await afterARestart(world, agentId, report);
  },
};

const ask = (world: World, path: string, body: object, key: string, api?: number): Promise<Answer> =>
  world.calls.once('POST', path, {
    body,
    headers: { 'idempotency-key': key },
    ...(api === undefined ? {} : { api }),
  });

const told = ({ status, body, headers }: Answer) =>
  JSON.stringify([status, body, headers.get('location'), headers.get('etag')]);

/** As many at once, of every API in turn. */
async function atOnce(world: World, report: RowReport): Promise<void> {
  const key = randomUUID();
  const body = { name: `Agent ${key}`, identity: { timeZone: 'Europe/Madrid' } };
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask(world, '/v1/agents', body, key)));
  madeOrRunning(answers, report);
  const again = await eventually('the answer again', async () => {
    const answer = await ask(world, '/v1/agents', body, key);
    return answer.status === 201 && answer;
  });
  sameAnswer([again, ...answers.filter(({ status }) => status === 201)].map(told), report);
  oneAgent(await agentsNamed(world, body.name), report);

  const other = await ask(world, '/v1/agents', { ...body, name: 'Another' }, key);
  refusesOthers({ what: '422 with another body', status: other.status }, report);
  const elsewhere = await ask(world, '/v1/keys', { name: 'A key', scope: 'read' }, key);
  refusesOthers({ what: '422 for another call', status: elsewhere.status }, report);
  report.count('keys');
  report.count('requests', answers.length + 3);
}

const agentsNamed = ({ installation }: World, name: string) =>
  installation.sql`select id from agents where name = ${name}`;

/** The first request waits for a lock of the database, so that the next one surely comes while it runs. */
async function whileItRuns(world: World, report: RowReport): Promise<void> {
  const key = randomUUID();
  const body = { name: `Agent ${key}`, identity: { timeZone: 'Europe/Madrid' } };
  const stall = await stallNewAgents(world.installation);
  let first: Promise<Answer>;
  let second: Answer;
  try {
    first = ask(world, '/v1/agents', body, key);
    await waitsForLock(world.installation, 'insert into "agents"');
    second = await ask(world, '/v1/agents', body, key);
  } finally {
    await stall.end();
  }
  stillRunning(second, report);
  madeOrRunning([await first, second], report);
  report.count('answers 409', second.status === 409 ? 1 : 0);
  oneAgent(await agentsNamed(world, body.name), report);
}

type Told = Pick<Answer, 'status' | 'headers'>;

export function stillRunning({ status, headers }: Told, report: Judging): void {
  report.must('409 while the first one runs', status === 409, status);
  report.must('409 says when to ask again', Number(headers.get('retry-after')) > 0, headers.get('retry-after'));
}

/** Answers of one key at once: one of them made it, and whoever came meanwhile is told so. */
export function madeOrRunning(answers: readonly Told[], report: Judging): void {
  const statuses = answers.map(({ status }) => status);
  const isEither = statuses.every((status) => status === 201 || status === 409);
  report.must('made, or 409 while it is being made', isEither, statuses);
  report.must('one was made', statuses.includes(201), statuses);
  for (const answer of answers) if (answer.status === 409) stillRunning(answer, report);
}

export const sameAnswer = (answers: readonly string[], report: Judging): void =>
  report.must('the same answer to all', new Set(answers).size === 1, answers);

export const oneAgent = (rows: readonly unknown[], report: Judging): void =>
  report.must('one agent', rows.length === 1, rows.length);

export const refusesOthers = ({ what, status }: { what: string; status: number }, report: Judging): void =>
  report.must(what, status === 422, status);

/** The answer is in the database, secret and all: every API has it, also one that was killed meanwhile. */
async function afterARestart(world: World, agentId: string, report: RowReport): Promise<void> {
  const { installation } = world;
  const key = randomUUID();
  const body = { agentId, name: 'Desk', type: 'webhook', endpoint: { url: installation.gateway.url } };
  const first = await ask(world, '/v1/channels', body, key);
  report.must('made', first.status === 201, first);
  await killAll(installation.apis);
  await startAll(installation.apis);
  for (const api of installation.apis.keys()) {
    const again = await ask(world, '/v1/channels', body, key, api);
    report.must('the same answer after a restart', told(again) === told(first), [first, again]);
    const other = await ask(world, '/v1/channels', { ...body, name: 'Shop' }, key, api);
    report.must('422 after a restart', other.status === 422, other);
    report.count('APIs asked after a restart');
  }
}
