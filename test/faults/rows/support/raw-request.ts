import type { Installation } from '../../installation/installation';
import type { Answer } from '../../world/calls';

export type RawRequest = { body?: string | Buffer; headers?: Record<string, string>; api?: number };

/** One request whose body goes out byte by byte as it is. With the status 0 there was no answer. */
export async function rawRequest(
  { apiUrls, adminKey }: Installation,
  method: string,
  path: string,
  { body, headers, api = 0 }: RawRequest = {},
): Promise<Answer & { type: string }> {
  try {
    const response = await fetch(`${apiUrls[api % apiUrls.length]}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const isJson = /^application\/(problem\+)?json/.test(type);
    return { status: response.status, headers: response.headers, type, body: isJson ? JSON.parse(text) : text };
  } catch {
    return { status: 0, headers: new Headers(), type: '', body: null };
  }
}
