import { delayInWords } from '../../words/delays';
import type { FieldsInWords } from '../../words/merge';
import { inDigits } from '../../words/numbers';
import { type AgentDraft, type Interval, weekdays } from './draft';
import { dayName } from './week-hours';

const hoursInWords = (hours: Interval[]) =>
  hours.length === 0 ? 'closed' : hours.map(({ from, to }) => `${from}–${to}`).join(', ');

const availabilityInWords = ({ mode, week, exceptions }: AgentDraft): string =>
  mode === 'always'
    ? 'Always'
    : [
        ...weekdays.map((day) => `${dayName(day)}: ${hoursInWords(week[day])}`),
        ...exceptions.map(({ date, hours }) => `${date}: ${hoursInWords(hours)}`),
      ].join('\n');

export const queueReleases = {
  spaced: 'Keep the distances that their delays give them',
  together: 'Send all of them at once',
} as const;

export const latenessNone = 'As late as its own delay: 15 minutes to 6 hours';

/** Every field of the page, in words. */
export const agentInWords: FieldsInWords<AgentDraft> = [
  ['Name', ['name'], ({ name }) => name],
  ['Time zone', ['timeZone'], ({ timeZone }) => timeZone],
  ['Availability', ['mode', 'week', 'exceptions'], availabilityInWords],
  ['At opening', ['queueRelease'], ({ queueRelease }) => queueReleases[queueRelease]],
  [
    'Too late to send',
    ['maxLatenessSeconds'],
    ({ maxLatenessSeconds }) => (maxLatenessSeconds === null ? latenessNone : delayInWords(maxLatenessSeconds)),
  ],
  [
    'Followups in one session',
    ['maxFollowupsPerSession'],
    ({ maxFollowupsPerSession }) =>
      maxFollowupsPerSession === null ? 'One of each' : `At most ${inDigits(maxFollowupsPerSession)}`,
  ],
];
