import type { Channel, Followup } from '../../api/client';
import { Notice } from '../../ui';
import { isRule } from './rows';
import type { FollowupValues } from './values';

/** Advice with a channel's second rule, and with the first survey: to see first how the first simple rule does. */
export function MeasureFirst({
  start,
  values,
  edited,
  channels,
  followups,
}: {
  start: FollowupValues;
  values: FollowupValues;
  edited: Followup | null;
  channels: Channel[];
  followups: Followup[];
}) {
  const others = followups.filter(({ id, status }) => id !== edited?.id && status === 'active');
  const isNew = (channelId: string) => !edited || !start.channelIds.includes(channelId);
  const second = channels.filter(
    ({ id }) =>
      values.channelIds.includes(id) &&
      isNew(id) &&
      others.filter(({ channelIds }) => channelIds.includes(id)).length === 1,
  );
  const firstSurvey =
    values.surveyType !== null &&
    (!edited || edited.surveyType === null) &&
    !followups.some((each) => each.id !== edited?.id && each.surveyType !== null && isRule(each, channels));
  if (second.length === 0 && !firstSurvey) return null;
  return (
    <Notice tone="hint" title="Measure the first simple rule before adding more">
      {second.length > 0 && (
        <p>
          {second.map(({ name }) => name).join(', ')} already {second.length === 1 ? 'has' : 'have'} a followup. Look at
          its response rate for some days first: you can then tell which of the two helps.
        </p>
      )}
      {firstSurvey && (
        <p>This is the first survey. A plain message first shows how many users come back; then ask them to score.</p>
      )}
    </Notice>
  );
}
