import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually';
import { forms } from '../installation/installation';
import type { Row, RowReport } from '../row';
import type { Answer } from '../world/calls';
import { World } from '../world/world';
import { killAll, startAll } from './support/all';

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
  const statuses = answers.map(({ status }) => status);
  report.must(
    'made, or 409 while it is being made',
    statuses.every((status) => status === 201 || status === 409),
    statuses,
  );
  report.must('one was made', statuses.includes(201), statuses);
  for (const { headers } of answers.filter(({ status }) => status === 409)) {
    report.must('409 says when to ask again', Number(headers.get('retry-after')) > 0);
  }
  const again = await eventually('the answer again', async () => {
    const answer = await ask(world, '/v1/agents', body, key);
    return answer.status === 201 && answer;
  });
  const same = [again, ...answers.filter(({ status }) => status === 201)].map(told);
  report.must('the same answer to all', new Set(same).size === 1, same);
  const [made] = await world.installation.sql<{ count: number }[]>`
    select count(*)::int as count from agents where name = ${body.name}`;
  report.must('one agent', made?.count === 1, made);

  const other = await ask(world, '/v1/agents', { ...body, name: 'Another' }, key);
  report.must('422 with another body', other.status === 422, other);
  const elsewhere = await ask(world, '/v1/keys', { name: 'A key', scope: 'read' }, key);
  report.must('422 for another call', elsewhere.status === 422, elsewhere);
  report.count('keys');
  report.count('requests', answers.length + 3);
}

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
