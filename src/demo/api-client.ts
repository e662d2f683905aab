/** The API did not do what was asked; the message says what a person can do about it. */
export class DemoError extends Error {
  override name = 'DemoError';
}

/** The few calls of the REST API that the demo makes. Bodies go out and come in as JSON. */
export interface DemoApi {
  get<Body>(path: string): Promise<Body>;
  post<Body>(path: string, body: object): Promise<Body>;
  /** What is gone already counts as deleted. */
  delete(path: string): Promise<void>;
}

const answerWithinMs = 10_000;

/**
 * @param baseUrl of the API, without a slash at the end
 * @throws DemoError from each call: nothing answers, or the answer is a problem
 */
export function createDemoApi(baseUrl: string, adminKey: string): DemoApi {
  async function call(method: string, path: string, body?: object): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${adminKey}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const signal = AbortSignal.timeout(answerWithinMs);
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return fetch(baseUrl + path, { method, headers, signal, ...sent }).catch((error: unknown) => {
      throw new DemoError(`${baseUrl} does not answer any more (${reasonOf(error)}).`);
    });
  }
  async function json<Body>(method: string, path: string, body?: object): Promise<Body> {
    const response = await call(method, path, body);
    if (!response.ok) throw await refusal(method, path, response);
    return (await response.json()) as Body;
  }
  return {
    get: (path) => json('GET', path),
    post: (path, body) => json('POST', path, body),
    async delete(path) {
      const response = await call('DELETE', path);
      if (!response.ok && response.status !== 404) throw await refusal('DELETE', path, response);
    },
  };
}

/**
 * Asks whether the service runs, before anything is made.
 *
 * @throws DemoError that says how to start it, or which part of it does not answer
 */
export async function requireService(baseUrl: string): Promise<void> {
  const signal = AbortSignal.timeout(answerWithinMs);
  const response = await fetch(`${baseUrl}/readyz`, { signal }).catch((error: unknown) => {
    throw new DemoError(
      [
        `Nothing answers at ${baseUrl} (${reasonOf(error)}).`,
        'Start the service first, in another terminal: npm start',
        'Where it listens elsewhere, give the demo the same HOST and PORT: PORT=3100 npm run demo',
      ].join('\n'),
    );
  });
  const answer = (await response.json().catch(() => null)) as Readiness | null;
  if (answer?.checks === undefined) {
    throw new DemoError(`What answers at ${baseUrl} is not Followups. Set PORT to the port of the service.`);
  }
  const missing = Object.entries(answer.checks).filter(([, { ok }]) => !ok);
  if (missing.length > 0) {
    const details = missing.map(([name, { detail }]) => detail ?? name).join('; ');
    throw new DemoError(`The service at ${baseUrl} is not ready: ${details}.`);
  }
}

type Readiness = { checks?: Record<string, { ok: boolean; detail?: string }> };

async function refusal(method: string, path: string, response: Response): Promise<DemoError> {
  if (response.status === 401) {
    return new DemoError('The service does not accept the admin key: it belongs to another DATA_DIR or ADMIN_API_KEY.');
  }
  const { detail } = (await response.json().catch(() => ({}))) as { detail?: string };
  return new DemoError(`${method} ${path} was answered with ${response.status}: ${detail ?? 'no reason given'}`);
}

function reasonOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  return cause?.code ?? (name === 'TimeoutError' ? `no answer within ${answerWithinMs / 1_000} s` : 'no connection');
}
