let token: string | null = null;

/** Proves to the API that a request comes from this page; null while nobody is signed in. */
export const csrfToken = (): string | null => token;

export const setCsrfToken = (next: string | null): void => {
  token = next;
};

let askAgain: () => Promise<unknown> = async () => {};

/** `ask` finds out who is signed in by now, and sets the token. */
export const onOldToken = (ask: () => Promise<unknown>): void => {
  askAgain = ask;
};

/**
 * `fetch`, for who has signed in again in another tab: the cookie is of the new session then, this page's token of the
 * one before. What was refused for that was not done, so it is sent again, once, with the token of the new session.
 */
export const fetchWithToken: typeof fetch = async (url, init) => {
  const withToken = (): RequestInit => ({
    ...init,
    headers: { ...(init?.headers as Record<string, string>), ...(token === null ? {} : { 'x-csrf-token': token }) },
  });
  const sent = token;
  const response = await fetch(url, withToken());
  if (response.status !== 403 || (await codeOf(response.clone())) !== 'csrf_failed') return response;
  await askAgain();
  return token === null || token === sent ? response : fetch(url, withToken());
};

async function codeOf(response: Response): Promise<unknown> {
  const problem = (await response.json().catch(() => null)) as { code?: unknown } | null;
  return problem?.code;
}
