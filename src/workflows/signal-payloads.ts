/*
 * What signals carry, and whether a payload is that: as strictly as the API reads a body. A schema library would be
 * instantiated again for every session that a worker holds, and was most of what one cost in memory; the API's schemas
 * (`api/schemas/message-events.ts`) say the same, and a test holds both together.
 */

/** A message that somebody sent in a conversation: never its text, the service needs none. */
export type MessageEvent = {
  id: string;
  from: 'agent' | 'user' | 'operator';
  /** ISO 8601 with a zone, by the clock of the gateway. */
  at: string;
  awaiting?: 'user' | 'operator' | 'nobody' | undefined;
  deliveryId?: string | undefined;
  /** When the API received it; filled in by the API. */
  receivedAt?: string | undefined;
};

/** The gateway says that a conversation is over. */
export type EndEvent = { at: string; outcome?: 'resolved' | 'unresolved' | null | undefined };

/** The conversation opted out of followups, or in again. */
export type OptedOut = { optedOut: boolean };

/** The channel's plan has a newer revision. */
export type PlanChanged = { revision: number };

/** Messages of one signal: they are applied together, in order of time. */
const mostMessages = 500;

type Test = (value: unknown) => boolean;

const text =
  (mostCharacters: number): Test =>
  (value) =>
    typeof value === 'string' && value.length >= 1 && value.length <= mostCharacters;

const oneOf =
  (...values: unknown[]): Test =>
  (value) =>
    values.includes(value);

const optional =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value);

const shapeOfTime =
  /^\d{4}-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** ISO 8601 with a zone, of a day that there is. */
const time: Test = (value) => {
  const [, month, day] = (typeof value === 'string' && shapeOfTime.exec(value)) || [];
  if (typeof value !== 'string' || month === undefined || day === undefined) return false;
  const date = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
};

/** An object with these fields, and no others. */
const record =
  (fields: Record<string, Test>): Test =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const given = value as Record<string, unknown>;
    return (
      Object.keys(given).every((name) => Object.hasOwn(fields, name)) &&
      Object.entries(fields).every(([name, test]) => test(given[name]))
    );
  };

const messageFields = record({
  id: text(200),
  from: oneOf('agent', 'user', 'operator'),
  at: time,
  awaiting: optional(oneOf('user', 'operator', 'nobody')),
  deliveryId: optional(text(100)),
  receivedAt: optional(time),
});
const endFields = record({ at: time, outcome: optional(oneOf('resolved', 'unresolved', null)) });
const optedOutFields = record({ optedOut: oneOf(true, false) });
const planChangedFields = record({ revision: (value) => Number.isSafeInteger(value) && (value as number) > 0 });

export const isMessageEvent = (payload: unknown): payload is MessageEvent => messageFields(payload);
export const isMessageEvents = (payload: unknown): payload is MessageEvent[] =>
  Array.isArray(payload) && payload.length >= 1 && payload.length <= mostMessages && payload.every(messageFields);
export const isEndEvent = (payload: unknown): payload is EndEvent => endFields(payload);
export const isOptedOut = (payload: unknown): payload is OptedOut => optedOutFields(payload);
export const isPlanChanged = (payload: unknown): payload is PlanChanged => planChangedFields(payload);
