import type { Channel, ChannelHealth } from '../../api/client';
import type { Tone } from '../../ui';

export const typeNames: Record<Channel['type'], string> = { webhook: 'Webhook', webchat: 'Web chat' };

/** Host and port of the endpoint; null: the channel has none. */
export const hostOf = ({ endpoint }: Channel): string | null => (endpoint === null ? null : new URL(endpoint.url).host);

type InWords = { label: string; tone: Tone; says: string };

const healthNames: Record<ChannelHealth['status'], InWords> = {
  ok: { label: 'Healthy', tone: 'good', says: 'The last attempt was answered.' },
  failing: { label: 'Failing', tone: 'bad', says: 'The last attempt was not answered as it should be.' },
  paused: { label: 'Paused', tone: 'warn', says: 'Nothing is sent until it is resumed.' },
};

const unused: InWords = { label: 'Not used yet', tone: 'neutral', says: 'Nothing was sent on it so far.' };

export const healthInWords = ({ status, lastSuccessAt, lastFailureAt }: ChannelHealth): InWords =>
  status === 'ok' && lastSuccessAt === null && lastFailureAt === null ? unused : healthNames[status];

const failures: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens at the endpoint',
  ECONNRESET: 'The connection was cut',
  EPIPE: 'The connection was cut',
  ENOTFOUND: 'The host of the endpoint is not known',
  EAI_AGAIN: 'The host of the endpoint could not be looked up',
  EHOSTUNREACH: 'The host of the endpoint is not reached',
  ENETUNREACH: 'The host of the endpoint is not reached',
  ETIMEDOUT: 'The host of the endpoint does not answer',
  DEADLINE: 'No answer within 10 seconds',
  blocked: 'The endpoint is at an address that may not be sent to',
  gone: 'The gateway answered that the endpoint is gone (410)',
};

/** Why an attempt failed, in words; a code that has none stands for itself. */
export function failureInWords(code: string): string {
  const status = /^http_(\d+)$/.exec(code)?.[1];
  return status === undefined ? (failures[code] ?? code) : `The gateway answered ${status}`;
}
