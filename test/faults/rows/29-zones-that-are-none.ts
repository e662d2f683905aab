import { forms } from '../installation/installation';
import type { Judging, Row } from '../row';
import type { Answer } from '../world/calls';
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
        zoneRefused({ zone, ...answer }, report);
        report.count('refused');
      }
    }
    const { identity: kept } = await calls.expect(200, 'GET', path);
    zoneKept(kept, report);
  },
};

type Asked = Pick<Answer, 'status' | 'body'> & { zone: string };

/** Refused with the field's name, and an example of what would be taken. */
export function zoneRefused({ zone, status, body }: Asked, report: Judging): void {
  const error = body?.errors?.[0];
  const named = error?.path === 'identity.timeZone' && /for example|such as/.test(error.message);
  report.must(`422 for the zone ${JSON.stringify(zone)}, and what to do`, status === 422 && named, { status, body });
}

export const zoneKept = (identity: { timeZone: string }, report: Judging): void =>
  report.must('the zone before is kept', identity.timeZone === 'Europe/Madrid', identity);
