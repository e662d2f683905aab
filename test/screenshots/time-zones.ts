import { IANAZone } from 'luxon';

/** One for nearly every hour of the globe. */
const zones = [
  'Pacific/Honolulu',
  'America/Anchorage',
  'America/Los_Angeles',
  'America/Denver',
  'America/Chicago',
  'America/New_York',
  'America/Halifax',
  'America/Sao_Paulo',
  'Atlantic/South_Georgia',
  'Atlantic/Azores',
  'Europe/London',
  'Europe/Madrid',
  'Europe/Athens',
  'Asia/Dubai',
  'Asia/Karachi',
  'Asia/Dhaka',
  'Asia/Bangkok',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Brisbane',
  'Pacific/Noumea',
  'Pacific/Auckland',
];

/**
 * The time zone in which it is now closest to this hour of the day: pictures that are taken at night show a working day.
 *
 * @param hour 0 to 24
 */
export function zoneWhereItIs(hour: number, nowMs: number): string {
  const distance = (zone: string) => {
    const localHour = (nowMs / 3_600_000 + IANAZone.create(zone).offset(nowMs) / 60) % 24;
    const apart = Math.abs(localHour - hour);
    return Math.min(apart, 24 - apart);
  };
  return [...zones].sort((one, other) => distance(one) - distance(other))[0] ?? 'UTC';
}
