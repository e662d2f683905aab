import { plural } from '../../words/numbers';

/** What is lost when a followup is switched off or deleted. */
export const queuedInWords = (queued: number | null): string =>
  queued === null
    ? 'Whether messages of it are queued could not be found out. Those that are will not be sent.'
    : `${plural(queued, 'queued message')} will not be sent.`;
