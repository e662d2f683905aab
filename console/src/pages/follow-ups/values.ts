import type { Channel, Followup, FollowupInput, FollowupPatch } from '../../api/client';
import { delayInWords } from '../../words/delays';
import type { FieldsInWords } from '../../words/merge';
import { surveyNames } from '../../words/statuses';

/** What a person fills in. A delay is null where no number was typed, the other lengths are then NaN. */
export type FollowupValues = Pick<
  Followup,
  'title' | 'message' | 'surveyType' | 'trigger' | 'cooldownSeconds' | 'maxLatenessSeconds' | 'channelIds'
> & { delaySeconds: number | null };

export type FollowupField = keyof FollowupValues;

/** What the fields are called, in the order in which they stand. */
export const fieldNames: Record<FollowupField, string> = {
  title: 'Title',
  message: 'Message',
  delaySeconds: 'Delay',
  surveyType: 'Survey type',
  channelIds: 'Channels',
  trigger: 'Trigger',
  cooldownSeconds: 'Cooldown',
  maxLatenessSeconds: 'Lateness',
};

export const fields = Object.keys(fieldNames) as FollowupField[];

export const triggerNames: Record<Followup['trigger'], string> = {
  no_reply: 'The user does not reply',
  conversation_over: 'The conversation is over',
};

/** Where a new followup begins: on the channel, when there is only one. */
export const newValues = (channels: Channel[]): FollowupValues => ({
  title: '',
  message: '',
  delaySeconds: 1_800,
  surveyType: null,
  channelIds: channels.length === 1 ? channels.map(({ id }) => id) : [],
  trigger: 'no_reply',
  cooldownSeconds: null,
  maxLatenessSeconds: null,
});

export function valuesOf(followup: Followup): FollowupValues {
  const { title, message, delaySeconds, surveyType, channelIds, trigger, cooldownSeconds, maxLatenessSeconds } =
    followup;
  return { title, message, delaySeconds, surveyType, channelIds, trigger, cooldownSeconds, maxLatenessSeconds };
}

/** The longest title that the API takes. */
const titleLength = 120;

/** On the same channels, but for that of the Playground, which has a followup of its own. */
export const copyOf = (followup: Followup, channels: Pick<Channel, 'id'>[]): FollowupValues => ({
  ...valuesOf(followup),
  channelIds: followup.channelIds.filter((channelId) => channels.some(({ id }) => id === channelId)),
  title: `Copy of ${followup.title}`.slice(0, titleLength),
});

/** For POST. Where there is no number the API gets null, and says what is wrong with it. */
export const inputOf = (values: FollowupValues) => values as FollowupInput;

/** Channels have no order. */
const comparable = (value: FollowupValues[FollowupField]) =>
  Array.isArray(value) ? [...value].sort().join() : Number.isNaN(value) ? 'NaN' : value;

const isSame = (field: FollowupField, one: FollowupValues, other: FollowupValues): boolean =>
  comparable(one[field]) === comparable(other[field]);

/** The fields in which two differ. */
export const differing = (one: FollowupValues, other: FollowupValues): FollowupField[] =>
  fields.filter((field) => !isSame(field, one, other));

/** Every field, in words. Two channels may have the same name. */
export const fieldsInWords = (channelNames: ReadonlyMap<string, string>): FieldsInWords<FollowupValues> =>
  fields.map((field) => [
    fieldNames[field],
    [field],
    (values) => valueInWords(field, values[field], channelNames),
    (values) => comparable(values[field]),
  ]);

/** Some of the fields, for PATCH. */
export const patchOf = (values: FollowupValues, wanted: FollowupField[]): FollowupPatch =>
  Object.fromEntries(wanted.map((field) => [field, values[field]]));

/** A field's value in words. It may come from the history, so it may be of any kind. */
export function valueInWords(field: string, value: unknown, channelNames: ReadonlyMap<string, string>): string {
  if (value === null || value === undefined) return unsetNames[field] ?? 'Not set';
  if (field === 'surveyType') return surveyNames[value as keyof typeof surveyNames] ?? String(value);
  if (field === 'trigger') return triggerNames[value as Followup['trigger']] ?? String(value);
  if (field === 'status') return value === 'active' ? 'Active' : 'Inactive';
  if (Array.isArray(value)) return value.map((id) => channelNames.get(id) ?? id).join(', ') || 'None';
  if (typeof value === 'number' && field.endsWith('Seconds')) return value === 0 ? 'None' : delayInWords(value);
  return String(value);
}

const unsetNames: Record<string, string> = {
  delaySeconds: 'No number',
  surveyType: 'No survey',
  cooldownSeconds: 'Default',
  maxLatenessSeconds: 'Default',
};
