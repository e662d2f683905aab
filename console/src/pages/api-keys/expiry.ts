/** How long a key may work, for choosing. */
export const expiries = {
  never: 'Never',
  '30': 'In 30 days',
  '90': 'In 90 days',
  '365': 'In a year',
  date: 'On a date',
} as const;

export type Expiry = keyof typeof expiries;

const dayMs = 86_400_000;

/**
 * When a key stops working, for the API; null: never.
 *
 * @param date for `date`: the last day on which it works, in this browser's zone, such as "2026-12-31"; where it is
 *   not complete the API is to say so
 */
export function expiresAt(expiry: Expiry, date: string, nowMs: number): string | null {
  if (expiry === 'never') return null;
  if (expiry !== 'date') return new Date(nowMs + Number(expiry) * dayMs).toISOString();
  const end = new Date(`${date}T23:59:59.999`);
  return Number.isNaN(end.getTime()) ? date : end.toISOString();
}
