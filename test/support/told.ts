import { eventually } from './eventually';
import type { conversation } from './scenario';

/**
 * Waits until the session's explanation says this of a followup.
 *
 * @returns the explanation of the followup
 */
export function told(
  chat: ReturnType<typeof conversation>,
  followupId: string,
  expected: { status?: string; reason?: string },
  withinMs = 20_000,
) {
  return eventually(
    `${JSON.stringify(expected)} of ${followupId}`,
    async () => {
      const { followups } = await chat.session();
      const found = followups.find((each: { followupId: string }) => each.followupId === followupId);
      const fits = Object.entries(expected).every(([key, value]) => found?.[key] === value);
      if (!fits) throw new Error(JSON.stringify(followups));
      return found;
    },
    withinMs,
  );
}
