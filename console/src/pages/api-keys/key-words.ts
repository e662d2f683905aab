import type { Key } from '../../api/client';
import type { Tone } from '../../ui';

type State = 'works' | 'expired' | 'revoked';

export const stateNames: Record<State, { label: string; tone: Tone }> = {
  works: { label: 'Active', tone: 'good' },
  expired: { label: 'Expired', tone: 'neutral' },
  revoked: { label: 'Revoked', tone: 'neutral' },
};

export function stateOf({ revokedAt, expiresAt }: Key, nowMs: number): State {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs ? 'expired' : 'works';
}

/** What each scope is for. */
export const scopeHints: Record<Key['scope'], string> = {
  admin: 'Everything. Also signs in here.',
  gateway: 'For the program that connects a channel: it reports messages and reads sessions.',
  read: 'Sees everything and changes nothing. Also signs in here.',
};

/** What stops when a key of the scope does. */
export const scopeLosses: Record<Key['scope'], string> = {
  admin: 'Programs that use it are refused from now on, and who signed in with it is signed out.',
  gateway:
    'Gateways that use it are refused from now on. Their messages are not reported any more, so followups may go out to users who have replied.',
  read: 'Programs that use it are refused from now on, and who signed in with it is signed out.',
};
