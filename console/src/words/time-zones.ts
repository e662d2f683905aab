import type { Option } from '../ui/combobox';

export const localTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const offsetOf = (timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(Date.now())
    .find(({ type }) => type === 'timeZoneName')
    ?.value.replace('GMT', 'UTC') ?? '';

/** What browsers still list under names that were given up (https://data.iana.org/time-zones/tzdb/backward). */
const renamed: Record<string, string> = {
  'Africa/Asmera': 'Asmara',
  'America/Coral_Harbour': 'Atikokan',
  'America/Godthab': 'Nuuk',
  'Asia/Calcutta': 'Kolkata',
  'Asia/Katmandu': 'Kathmandu',
  'Asia/Rangoon': 'Yangon',
  'Asia/Saigon': 'Ho Chi Minh City',
  'Atlantic/Faeroe': 'Faroe',
  'Europe/Kiev': 'Kyiv',
  'Pacific/Enderbury': 'Kanton',
  'Pacific/Ponape': 'Pohnpei',
  'Pacific/Truk': 'Chuuk',
};

type WithZones = { getTimeZones?: () => string[] | undefined };

/** What a zone is searched by. Not every browser knows which zones a country has. */
export const zoneSearch = 'getTimeZones' in Intl.Locale.prototype ? 'City or country' : 'City';

/** The countries of each zone, in English. */
function countriesByZone(): Map<string, string[]> {
  const countries = new Map<string, string[]>();
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  for (const region of letters.flatMap((first) => letters.map((second) => first + second))) {
    const name = names.of(region);
    const zones = name && (new Intl.Locale('und', { region }) as WithZones).getTimeZones?.();
    for (const zone of zones || []) countries.set(zone, [...(countries.get(zone) ?? []), name ?? region]);
  }
  return countries;
}

let options: Option[] | undefined;

/** Every zone that this browser knows, with its present distance from UTC; found by city, old or new, and by country. */
export function timeZoneOptions(): Option[] {
  if (options) return options;
  const countries = countriesByZone();
  options = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')].map((name) => ({
    value: name,
    label: name.replaceAll('_', ' '),
    note: offsetOf(name),
    keywords: [renamed[name] ?? '', ...(countries.get(name) ?? [])],
  }));
  return options;
}
