/** For `addCookies` of a browser's context. */
export type SignInCookie = { name: string; value: string; url: string };

/**
 * Signs in once, for any number of pages: the service lets one address try only so often.
 *
 * @throws Error with what the service answers
 */
export async function signInCookie(baseUrl: string, apiKey: string): Promise<SignInCookie> {
  const response = await fetch(`${baseUrl}/v1/console-session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiKey }),
  });
  const [, name, value] = /^([^=]+)=([^;]+)/.exec(response.headers.get('set-cookie') ?? '') ?? [];
  if (!name || !value) throw new Error(`Signing in answered ${response.status}: ${await response.text()}`);
  return { name, value, url: baseUrl };
}
