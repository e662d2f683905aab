const dayMs = 86_400_000;

/** Everything in the page is in English, so are its days and times. */
const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', options);

const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

/** Whole days from one local date to another: 0 for the same one. */
const daysBetween = (from: Date, to: Date) => Math.round((midnight(to) - midnight(from)) / dayMs);

/** The visitor's own time of day: "09:05". */
export const timeOfDay = (at: Date): string => format({ hour: '2-digit', minute: '2-digit' }).format(at);

/** What stands above the messages of a day: "Today", "Yesterday", "12 November". */
export function dayName(at: Date, now: Date): string {
  const days = daysBetween(at, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return format({ day: 'numeric', month: 'long', ...year }).format(at);
}

/** When the agent is back, in the visitor's own time: "Back at 09:00", "Back on Monday at 09:00". */
export function openingHint(opensAt: Date, now: Date): string {
  const days = daysBetween(now, opensAt);
  const time = timeOfDay(opensAt);
  if (days <= 0) return `Back at ${time}`;
  if (days === 1) return `Back tomorrow at ${time}`;
  if (days < 7) return `Back on ${format({ weekday: 'long' }).format(opensAt)} at ${time}`;
  return `Back on ${format({ day: 'numeric', month: 'long' }).format(opensAt)}`;
}
