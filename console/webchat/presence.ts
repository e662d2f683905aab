import type { Webchat } from '../../client/src/api-types';
import { openingHint } from './opening';

export type PresenceParts = { avatar: HTMLElement; name: HTMLElement; presence: HTMLElement };

/** Says with whom one talks, and whether they are there. */
export function showPresence({ avatar, name, presence }: PresenceParts, facts: Webchat, now: Date): void {
  document.title = facts.agentName;
  name.textContent = facts.agentName;
  avatar.textContent = [...facts.agentName][0]?.toUpperCase() ?? '';
  presence.classList.toggle('here', facts.available);
  presence.textContent = facts.available
    ? 'Available now'
    : facts.opensAt === null
      ? 'Away'
      : openingHint(new Date(facts.opensAt), now);
}
