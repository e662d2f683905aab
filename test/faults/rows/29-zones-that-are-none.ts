import { forms } from '../installation/installation';
import type { Row } from '../row';
import { World } from '../world/world';

const zones = [
  '',
  ' ',
  'Mars/Phobos',
  'local',
  'UTC+3',
  '+03:00',
  'GMT+3',
  'europe/madrid',
  'Europe/Madrid ',
  'system',
];

/** Fails when something that is no IANA name is taken for a time zone, or takes the place of one. */
export const row: Row = {
  number: 29,
  fault: 'zones "", Mars/Phobos, local, UTC+3',
  forms,
  async run(installation, report) {
    const { calls } = new World(installation);
    const identity = (timeZone: string) => ({ identity: { timeZone, availability: { mode: 'always' } } });
    const agent = await calls.expect(201, 'POST', '/v1/agents', {
      body: { name: 'Ada', ...identity('Europe/Madrid') },
    });
    const path = `/v1/agents/${agent.id}`;
    for (const zone of zones) {
      const answers = [
        await calls.once('POST', '/v1/agents', { body: { name: 'Bob', ...identity(zone) } }),
        await calls.once('PATCH', path, { body: identity(zone) }),
        await calls.once('PATCH', path, { body: { identity: { timeZone: zone } } }),
      ];
      for (const answer of answers) {
        const error = answer.body?.errors?.[0];
        const named = error?.path === 'identity.timeZone' && /for example|such as/.test(error.message);
        report.must(`422 for the zone ${JSON.stringify(zone)}, and what to do`, answer.status === 422 && named, answer);
        report.count('refused');
      }
    }
    const { identity: kept } = await calls.expect(200, 'GET', path);
    report.must('the zone before is kept', kept.timeZone === 'Europe/Madrid', kept);
  },
};
