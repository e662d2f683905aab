import type { Option } from '../ui/combobox';

export const localTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const offsetOf = (timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(Date.now())
    .find(({ type }) => type === 'timeZoneName')
    ?.value.replace('GMT', 'UTC') ?? '';

let options: Option[] | undefined;

/** Every zone that this browser knows, with its present distance from UTC. */
export function timeZoneOptions(): Option[] {
  options ??= ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')].map((name) => ({
    value: name,
    label: name.replaceAll('_', ' '),
    note: offsetOf(name),
  }));
  return options;
}
