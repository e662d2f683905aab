import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Collector, startCollector } from '../observability/collector';
import { eventually } from '../support/eventually';
import { startGateway, type TestGateway } from '../support/gateway';
import { describeOnProductionForm } from '../support/production-form';
import { temporaryFolder } from '../support/temporary-folder';
import { embeddedWorld } from './support/redaction/embedded-world';
import { productionWorld } from './support/redaction/production-world';
import { walk } from './support/redaction/walk';
import { talkative, type World } from './support/redaction/world';
import { findAll, historiesOf } from './support/search';

/*
 * A whole service with everything logged, through conversations and failures; then whatever was written is searched for
 * what must not be there.
 */
const folder = temporaryFolder();
const inTemporal = ["Temporal's histories and lists", "Temporal's data"];

let gateway: TestGateway;
let collector: Collector;
let world: World | undefined;

beforeEach(async () => {
  gateway = await startGateway();
  collector = await startCollector();
});

afterEach(async () => {
  await world?.end();
  world = undefined;
  await gateway?.close();
  await collector?.close();
}, 60_000);

/** @param payloadKeys PAYLOAD_KEYS; null: what lies in Temporal is not encrypted */
async function look(start: (settings: Record<string, string>) => Promise<World>, payloadKeys: string | null) {
  const collectorKey = randomBytes(9).toString('hex');
  const encrypted = payloadKeys !== null;
  world = await start({ ...talkative(collector, collectorKey), ...(encrypted ? { PAYLOAD_KEYS: payloadKeys } : {}) });
  const { texts, phone, plainId, inPayloads, errorAnswers, audit, ...walked } = await walk(world, gateway);
  const secrets = { ...walked.secrets, collectorKey, ...(encrypted ? { payloadKeys } : {}) };
  const metrics = await world.metrics();
  const told = await historiesOf(world.client);
  await walked.erase();
  await eventually('Traces', () => collector.bodies.length > 0);
  const left = await world.leave();
  world = undefined;

  const places: Record<string, string> = {
    ...left,
    "Temporal's histories and lists": told,
    'error answers': errorAnswers.join('\n'),
    metrics,
    traces: collector.bodies.join('\n'),
  };
  // The search finds what is there. At the level "trace" the SDK logs what lies in Temporal, too.
  const found = (needles: Record<string, string>) => findAll(places, needles).sort();
  const shownIn = (needles: object, where: string[]) =>
    Object.keys(needles)
      .flatMap((needle) => where.map((place) => `${needle} in ${place}`))
      .sort();
  // Ids that Temporal itself reads cannot be encrypted.
  expect(found({ plainId })).toEqual(shownIn({ plainId }, ['output', ...inTemporal]));
  expect(found(inPayloads)).toEqual(encrypted ? [] : shownIn(inPayloads, ['output', ...inTemporal]));
  const kept = Object.fromEntries(Object.entries(places).map(([name, text]) => [name, text.length]));
  expect(Math.min(...Object.values(kept))).toBeGreaterThan(500);
  expect(left.output).toContain('A request failed');
  expect(errorAnswers.length).toBeGreaterThan(12);

  const names = { phone, phoneDigits: phone.slice(1) };
  expect(found({ ...texts, ...secrets, ...names })).toEqual([]);
  expect(findAll({ audit }, { ...secrets, ...names })).toEqual([]);
}

const newKey = () => randomBytes(32).toString('base64');

describe('nothing that was said, and no secret, is written where it does not belong', () => {
  it('by npm start', () => look((settings) => embeddedWorld(join(folder, 'plain'), settings), null), 300_000);

  it(
    'by npm start, with what lies in Temporal encrypted',
    () => look((settings) => embeddedWorld(join(folder, 'encrypted'), settings), newKey()),
    300_000,
  );
});

describeOnProductionForm('nothing that was said, and no secret, is written in production', null, () => {
  it('with what lies in Temporal encrypted', () => {
    const own = join(folder, 'production');
    mkdirSync(own, { mode: 0o711 });
    return look((settings) => productionWorld(own, settings), newKey());
  }, 300_000);
});
