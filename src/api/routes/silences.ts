import { findCountedChannel } from '../../db/queries/delivery-stats';
import { readSilenceStats, type SilenceStats } from '../../db/queries/silence-stats';
import type { ApiDeps } from '../deps';
import { type Operation, operation } from '../operation';
import { notFound } from '../problems';
import { channelParams } from '../schemas/params';
import { type SilencesAnswer, silencesAnswer, silencesQuery } from '../schemas/silences';
import { silenceAdvice } from '../silence-advice';
import { timeRange } from '../time-range';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Where the classes begin, in seconds; shorter silences than the first are not recorded. */
const bounds = [
  ...[1, 2, 5, 10, 15, 20, 30, 45].map((minutes) => minutes * minute),
  ...[1, 2, 4, 8, 12].map((hours) => hours * hour),
  ...[1, 2, 3, 7, 14, 30].map((days) => days * day),
];

function classesOf({ endedBy, backBefore }: SilenceStats): SilencesAnswer['cameBack'] {
  const total = endedBy.user;
  return bounds.map((fromSeconds, index) => {
    const before = backBefore[index + 1] ?? total;
    // What a clock rounds down to less than a minute belongs to the first.
    const count = before - (index === 0 ? 0 : (backBefore[index] ?? 0));
    return { fromSeconds, toSeconds: bounds[index + 1] ?? null, count, share: total > 0 ? before / total : null };
  });
}

export function silenceOperations(deps: ApiDeps): Operation[] {
  const { db } = deps.database;

  const read = operation(
    {
      method: 'get',
      path: '/v1/channels/{channelId}/silences',
      name: 'getSilences',
      tag: 'Numbers',
      summary: 'After how long users come back by themselves',
      description:
        'For whoever chooses a delay: most of those who come back by themselves should have had the time to. A silence is the time after an agent message until the next message of anybody.',
      scopes: ['read'],
      params: channelParams,
      query: silencesQuery,
      answers: { 200: { description: 'The silences of the channel.', schema: silencesAnswer } },
    },
    async ({ params, query, deadline }) => {
      const range = timeRange(query);
      if (!(await deadline.database(findCountedChannel(db, params.channelId)))) throw notFound('channel');
      const stats = await deadline.database(readSilenceStats(db, { channelId: params.channelId, ...range }, bounds));
      const body: SilencesAnswer = {
        channelId: params.channelId,
        silences: stats.total,
        nudged: stats.nudged,
        endedBy: stats.endedBy,
        medianSeconds: stats.medianSeconds,
        within80Seconds: stats.within80Seconds,
        cameBack: classesOf(stats),
        advice: silenceAdvice(stats.endedBy.user, stats.within80Seconds),
      };
      return { status: 200, body };
    },
  );

  return [read];
}
