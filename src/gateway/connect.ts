import * as dns from 'node:dns';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { EgressGuard } from './egress';

export type ConnectOptions = {
  guard: EgressGuard;
  timeoutMs: number;
  lookup?: LookupFunction | undefined;
  /** PEM certificates to trust instead of those that Node.js trusts. */
  ca?: string | undefined;
  abortSignal?: AbortSignal | undefined;
};

/** `code` is that of Node.js or OpenSSL, or `DEADLINE`, `ABORTED`, `UNKNOWN`. */
export type ConnectResult =
  | { kind: 'connected'; socket: Socket }
  | { kind: 'blocked'; address: string }
  | { kind: 'failed'; code: string };

/** With Node's 250 ms a host that is far away and has several addresses would seem unreachable. */
const perAddressTimeoutMs = 1_000;

/**
 * Opens a connection of its own (TCP, and TLS for https) to the host of a URL, and writes nothing on it.
 *
 * The egress guard judges the very addresses that are connected to: the literal of the URL, or what the one lookup gave,
 * so a name that resolves to something else the next time gains nothing. A name with one address that is not allowed is
 * refused as a whole. Never rejects; the caller owns the socket.
 */
export function connectTo(url: URL, options: ConnectOptions): Promise<ConnectResult> {
  const { guard, timeoutMs, lookup = dns.lookup as LookupFunction, ca, abortSignal } = options;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !guard.isAllowed(host)) return Promise.resolve({ kind: 'blocked', address: host });
  if (abortSignal?.aborted) return Promise.resolve({ kind: 'failed', code: 'ABORTED' });

  return new Promise((resolve) => {
    let blockedAddress: string | undefined;
    const guardedLookup: LookupFunction = (hostname, lookupOptions, callback) => {
      lookup(hostname, { ...lookupOptions, all: true }, (error, found, family) => {
        if (error) return callback(error, []);
        const addresses = typeof found === 'string' ? [{ address: found, family: family ?? isIP(found) }] : found;
        blockedAddress = addresses.find(({ address }) => !guard.isAllowed(address))?.address;
        const [first] = addresses;
        if (blockedAddress !== undefined) callback(new Error('refused by the egress guard'), []);
        else if (first === undefined) callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), []);
        else if (lookupOptions.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    };

    const secure = url.protocol === 'https:';
    const target = {
      host,
      port: Number(url.port || (secure ? 443 : 80)),
      lookup: guardedLookup,
      autoSelectFamilyAttemptTimeout: perAddressTimeoutMs,
    };
    const socket = secure
      ? connectTls({
          ...target,
          // Server name indication knows names only, and without the dot that ends an absolute one (RFC 6066, 3).
          ...(isIP(host) === 0 && { servername: host.replace(/\.$/, '') }),
          ...(ca !== undefined && { ca }),
          ALPNProtocols: ['http/1.1'],
        })
      : connectTcp(target);

    const settle = (result: ConnectResult) => {
      clearTimeout(timer);
      abortSignal?.removeEventListener('abort', onAbort);
      if (result.kind !== 'connected') socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => settle({ kind: 'failed', code: 'DEADLINE' }), timeoutMs);
    const onAbort = () => settle({ kind: 'failed', code: 'ABORTED' });
    abortSignal?.addEventListener('abort', onAbort);
    socket.setNoDelay(true);
    // Stays for the socket's life: an error that nobody listens to would end the process.
    socket.on('error', (error) => {
      if (blockedAddress !== undefined) settle({ kind: 'blocked', address: blockedAddress });
      else settle({ kind: 'failed', code: codeOf(error) });
    });
    socket.once('close', () => settle({ kind: 'failed', code: 'ECONNRESET' }));
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      const address = socket.remoteAddress ?? '';
      // Should a way around the lookup ever appear: still nothing has been written.
      if (guard.isAllowed(address)) settle({ kind: 'connected', socket });
      else settle({ kind: 'blocked', address });
    });
  });
}

/** The code of an error, which unlike its message holds no address and no text of anybody's. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'UNKNOWN';
}
