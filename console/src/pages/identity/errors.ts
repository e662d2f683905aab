import { ProblemError } from '../../api/client';
import { type AgentDraft, weekdays } from './draft';

/**
 * What is wrong with a draft that the API refused. `hours` is by `{key}`, `{key}.from`, `{key}.to` of an interval and
 * `{key}.date` of an exception; `others` belong to no field of the page.
 */
export type AgentErrors = {
  fields: Partial<
    Record<'name' | 'timeZone' | 'maxLatenessSeconds' | 'maxFollowupsPerSession' | 'availability', string>
  >;
  hours: Record<string, string>;
  others: string[];
};

export const noErrors: AgentErrors = { fields: {}, hours: {}, others: [] };

const fieldOf: Record<string, keyof AgentErrors['fields']> = {
  name: 'name',
  'identity.timeZone': 'timeZone',
  'identity.availability': 'availability',
  'identity.availability.weekly': 'availability',
  'identity.availability.exceptions': 'availability',
  maxLatenessSeconds: 'maxLatenessSeconds',
  maxFollowupsPerSession: 'maxFollowupsPerSession',
};

/** @param draft the one that was sent: paths name the places of its hours */
export function errorsOf(error: unknown, draft: AgentDraft): AgentErrors {
  const found: AgentErrors = { fields: {}, hours: {}, others: [] };
  if (!(error instanceof ProblemError)) return found;
  const weekly = weekdays.flatMap((day) => draft.week[day]);
  for (const { path, message } of error.errors) {
    const field = fieldOf[path];
    const place = placeOf(path, weekly, draft);
    if (field) found.fields[field] ??= message;
    else if (place) found.hours[place] ??= message;
    else found.others.push(message);
  }
  return found;
}

function placeOf(path: string, weekly: { key: string }[], draft: AgentDraft): string | null {
  const [, list, index, rest = ''] = /^identity\.availability\.(weekly|exceptions)\[(\d+)\](.*)$/.exec(path) ?? [];
  if (list === undefined) return null;
  const part = (key: string | undefined, name: string) => (key === undefined ? null : `${key}${name}`);
  if (list === 'weekly') return part(weekly[Number(index)]?.key, rest);
  const exception = draft.exceptions[Number(index)];
  const [, at, within = ''] = /^\.hours\[(\d+)\](.*)$/.exec(rest) ?? [];
  return at === undefined ? part(exception?.key, rest) : part(exception?.hours[Number(at)]?.key, within);
}
