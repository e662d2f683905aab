import type { Agent } from '../../api/client';
import { delayInWords } from '../../words/delays';
import type { FollowupValues } from './values';

const list = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** What a followup will do, in one sentence; null while it has no delay. */
export function whatItDoes(
  values: FollowupValues,
  channelNames: string[],
  availability: Agent['identity']['availability'],
): string | null {
  const { delaySeconds, trigger, cooldownSeconds, surveyType } = values;
  if (delaySeconds === null) return null;
  const parts = [
    `${delayInWords(delaySeconds)} after ${trigger === 'no_reply' ? "the agent's last message" : 'the conversation is over'}`,
    channelNames.length === 0 ? 'on no channel yet' : `on ${list.format(channelNames)}`,
    availability?.mode === 'hours' ? "inside the agent's hours" : 'at any hour',
    'once per session',
  ];
  const cooldown = cooldownSeconds ?? (surveyType === null ? 0 : surveyCooldownSeconds);
  if (cooldown > 0) parts.push(`and not again in the same conversation within ${delayInWords(cooldown)}`);
  return `${parts.join(', ')}.`;
}

/** What the API takes where a followup with a survey says nothing else. */
export const surveyCooldownSeconds = 604_800;
