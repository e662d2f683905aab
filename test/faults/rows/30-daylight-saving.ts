import { Settings } from 'luxon';
import { type Availability, availabilityAt } from '../../../src/availability/hours';
import { rule, session } from '../../../src/workflows/policy/testing/sessions';
import { simulate } from '../../../src/workflows/policy/testing/simulate';
import { inParallel } from '../in-parallel';
import { forms } from '../installation/installation';
import type { Judging, Row, RowReport } from '../row';
import { judge } from '../world/judge';
import { World } from '../world/world';
import { followupSays } from './support/followup-says';
import { nextChanges, type ZoneChange } from './support/zone-changes';

/** North and south, one that changes by half an hour, and one that changes at midnight. */
const zones = ['Europe/Madrid', 'America/New_York', 'Australia/Sydney', 'Australia/Lord_Howe', 'America/Santiago'];

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * Fails when hours that begin or end inside a change open or close at another instant than the documented one.
 *
 * The API answers for the instants of the changes to come, and real sessions queue until them; their timers are not
 * waited for, it would take months. That each is sent once, and then, is shown by the policy that those sessions run,
 * with time made up, in this process, its clock in either season.
 */
export const row: Row = {
  number: 30,
  fault: 'both daylight-saving changes, north and south',
  forms,
  async run(installation, report) {
    const world = new World(installation);
    const cases = zones.flatMap((zone) => nextChanges(zone, Date.now() + 3 * hourMs)).flatMap(hoursInside);
    await inParallel(cases, 4, async (one) => {
      await asked(world, one, report);
      report.count('openings and closings');
    });
    for (const one of cases) sentOnce(one, report);
    await judge(world, report);
  },
};

/** Hours of one date that begin or end inside a change, and the instants that the documentation gives them. */
type Case = { what: string; timeZone: string; availability: Availability; opensAtMs: number; closesAtMs: number };

function hoursInside({ timeZone, atMs, beforeMs, afterMs }: ZoneChange): Case[] {
  const changeMs = Math.abs(afterMs - beforeMs);
  const isForward = afterMs > beforeMs;
  // The middle of what the wall clock jumps over, or shows twice.
  const wallMs = atMs + Math.min(beforeMs, afterMs) + changeMs / 2;
  const hours = (fromMs: number, toMs: number): Availability => ({
    mode: 'hours',
    weekly: [],
    exceptions: [{ date: wall(fromMs).date, hours: [{ from: wall(fromMs).time, to: wall(toMs).time }] }],
  });
  const where = `${timeZone}, clocks ${isForward ? 'forward' : 'back'} on ${wall(wallMs).date}`;
  return [
    {
      what: `${where}: opens at ${wall(wallMs).time}`,
      timeZone,
      availability: hours(wallMs, wallMs + 3 * hourMs),
      // In the gap: when it ends. Shown twice: the first time.
      opensAtMs: isForward ? atMs : wallMs - beforeMs,
      closesAtMs: wallMs + 3 * hourMs - afterMs,
    },
    {
      what: `${where}: closes at ${wall(wallMs).time}`,
      timeZone,
      availability: hours(wallMs - hourMs, wallMs),
      opensAtMs: wallMs - hourMs - beforeMs,
      // In the gap: when it ends. Shown twice: the last time.
      closesAtMs: isForward ? atMs : wallMs - afterMs,
    },
  ];
}

/** What a wall clock shows, given as the epoch milliseconds that it would be in UTC. */
function wall(wallMs: number): { date: string; time: string } {
  const [date = '', time = ''] = new Date(wallMs).toISOString().split('T');
  return { date, time: time.slice(0, 5) };
}

/** What the API says of the instants, and until when a session is queued. */
async function asked(
  world: World,
  { what, timeZone, availability, opensAtMs, closesAtMs }: Case,
  report: RowReport,
): Promise<void> {
  const { agentId, channelId } = await world.makeChannel({ identity: { timeZone, availability } });
  const at = async (atMs: number) =>
    world.calls.expect(200, 'GET', `/v1/agents/${agentId}/availability?at=${new Date(atMs).toISOString()}`);
  const opensAt = new Date(opensAtMs).toISOString();
  const until = new Date(closesAtMs).toISOString();
  const answers = [await at(opensAtMs - 1), await at(opensAtMs), await at(closesAtMs - 1), await at(closesAtMs)];
  const [before, first, last, after] = answers;
  report.must(`${what}: closed until ${opensAt}`, before.open === false && before.opensAt === opensAt, before);
  report.must(`${what}: open from then until ${until}`, first.open === true && first.until === until, first);
  report.must(`${what}: open to the last millisecond`, last.open === true && last.until === until, last);
  report.must(`${what}: closed after it`, after.open === false, after);

  const followupId = await world.makeFollowup(channelId);
  const chat = world.conversation(channelId);
  world.mustNotBeSent(chat, followupId, 'its agent is not available for days');
  await chat.says('agent');
  const { sendAt } = await followupSays(chat, followupId, 'queued', 'queued');
  report.must(`${what}: queued until ${opensAt}`, sendAt === opensAt, sendAt);
  // What waits for months would never come to rest.
  await chat.ends();
}

type Sends = { what: string; wantedMs: number; sentAtMs: readonly number[] };

export const onceAt = ({ what, wantedMs, sentAtMs }: Sends, report: Judging): void =>
  report.must(
    `${what}: sent once, at ${new Date(wantedMs).toISOString()}`,
    sentAtMs.length === 1 && sentAtMs[0] === wantedMs,
    sentAtMs,
  );

/** The session's policy over the hours around the change: one is due before them, one before they end. */
function sentOnce({ what, timeZone, availability, opensAtMs, closesAtMs }: Case, report: RowReport): void {
  const real = Settings.now;
  try {
    for (const month of [0, 6]) {
      Settings.now = () => Date.UTC(2027, month, 15);
      for (const [dueMs, wantedMs] of [
        [opensAtMs - 2 * hourMs, opensAtMs],
        [opensAtMs - 1, opensAtMs],
        [closesAtMs - 1, closesAtMs - 1],
      ] as const) {
        const startMs = dueMs - minuteMs;
        const { sent } = simulate(
          { ...session([rule('one', minuteMs)]), startedAtMs: startMs },
          [
            {
              atMs: startMs,
              fact: { kind: 'message', id: '1', from: 'agent', atMs: startMs, awaiting: 'user', receivedAtMs: startMs },
            },
          ],
          {
            fromMs: startMs,
            untilMs: closesAtMs + 48 * hourMs,
            hoursAt: (atMs) => availabilityAt(availability, timeZone, atMs),
          },
        );
        onceAt({ what, wantedMs, sentAtMs: sent.map(({ atMs }) => atMs) }, report);
        report.count('sends with time made up', sent.length);
      }
    }
  } finally {
    Settings.now = real;
  }
}
