import { type Stack, startStack } from '../support/stack';
import { temporaryFolder } from '../support/temporary-folder';
import { type GatewayProcess, startGatewayProcess } from './gateway/gateway-process';
import { stackInstallation } from './planted/stack-installation';
import { type Asked, json, startTamperingProxy, type Tampering } from './planted/tampering-proxy';
import { createRandom } from './random';
import { GatheringReport } from './report';
import type { Row } from './row';
import { row as strangeTimes } from './rows/22-strange-times';
import { row as daylightSaving } from './rows/30-daylight-saving';
import { row as clocksThatAreOff } from './rows/31-clocks-that-are-off';
import { row as malformedRequests } from './rows/32-malformed-requests';
import { row as largeBodies } from './rows/33-large-bodies';
import { row as whoMayWhat } from './rows/34-who-may-what';
import { row as idempotencyKeys } from './rows/35-idempotency-keys';

/*
 * Rows that judge what the API answers, and not by the checker alone, on a service that is right but for one thing: they
 * report that, and nothing else. What stands between them and the API makes it wrong.
 */
jest.setTimeout(240_000);

const folder = temporaryFolder();
let stack: Stack;
let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await startGatewayProcess(folder);
  stack = await startStack();
});
afterAll(async () => {
  await stack?.stop();
  await gateway?.stop();
});

/** @returns what the row finds */
async function found(row: Row, tamper: Tampering): Promise<string[]> {
  const proxy = await startTamperingProxy(stack.baseUrl, tamper);
  try {
    const report = new GatheringReport(createRandom(`planted/${row.number}`), false);
    await row.run(stackInstallation(stack, gateway, folder, proxy.url), report);
    return report.failures;
  } finally {
    await proxy.close();
  }
}

const asAdmin = ({ headers }: Asked) => ({
  headers: { ...headers, authorization: `Bearer ${stack.adminKey}` },
});

/** Every one of these was found, and nothing else. */
function expectOnly(failures: string[], ...wanted: RegExp[]): void {
  for (const one of wanted) expect(failures).toContainEqual(expect.stringMatching(one));
  expect(failures.filter((failure) => !wanted.some((one) => one.test(failure)))).toEqual([]);
}

describe('a planted violation is reported', () => {
  it('row 22: a followup to an old silence of a backlog', async () => {
    const failures = await found(strangeTimes, async (asked, pass) => {
      const told = await pass();
      if (asked.path !== '/v1/messages/batch') return told;
      const { messages } = JSON.parse(asked.body.toString()) as {
        messages: { channelId: string; conversationId: string; at: string }[];
      };
      const oldest = messages.reduce((one, other) => (one.at < other.at ? one : other));
      const latestOf = (id: string) =>
        Math.max(...messages.filter((one) => one.conversationId === id).map(({ at }) => Date.parse(at)));
      const { channelId, conversationId } =
        messages.find((one) => latestOf(one.conversationId) < Date.now() - 3_600_000) ?? oldest;
      await fetch(gateway.url, {
        method: 'POST',
        body: JSON.stringify({ data: { channelId, conversationId, followupId: 'flw_x', sessionId: 'ses_x' } }),
      });
      return told;
    });
    expectOnly(failures, /no blast: \{ sent: 11, fresh: 10 \}/, /^I2: nobody expects followup flw_x/);
  });

  it('row 30: an opening that is off by the hour of the change', async () => {
    const failures = await found(daylightSaving, async (asked, pass) => {
      const told = await pass();
      if (!/\/availability\?/.test(asked.path) || told.status !== 200) return told;
      const body = JSON.parse(told.body.toString()) as { opensAt?: string };
      if (typeof body.opensAt !== 'string') return told;
      return json(200, { ...body, opensAt: new Date(Date.parse(body.opensAt) + 3_600_000).toISOString() });
    });
    expectOnly(failures, /Australia\/Lord_Howe.*: closed until/, /: closed until/);
  });

  it('row 31: signatures that verify whatever the clock says', async () => {
    // Nobody sets the clock of this process.
    const failures = await found(clocksThatAreOff, (_, pass) => pass());
    expectOnly(failures, /its clock is off/, /a signature of another time does not verify/);
  });

  it('row 32: a lenient parser, and a call that fails', async () => {
    const failures = await found(malformedRequests, async (asked, pass) => {
      if (asked.path === '/v1/agents' && asked.method === 'POST') return pass({ body: leniently(asked.body) });
      const told = await pass();
      return asked.path === '/v1/keys' && told.status >= 400 ? json(500, {}) : told;
    });
    expectOnly(
      failures,
      /^a key twice: 400, and a problem/,
      /^a key twice, written differently: 400/,
      /^POST \/v1\/keys with .*: no 5xx/,
      /^POST \/v1\/keys with .*: a problem/,
      /^the fuzzer finds nothing/,
    );
  });

  it('row 33: a large body that is taken', async () => {
    const failures = await found(largeBodies, (asked, pass) =>
      pass(asked.body.length > 65_536 && asked.path === '/v1/agents' ? { body: Buffer.from('{}') } : {}),
    );
    expectOnly(failures, /^POST \/v1\/agents with 65537 bytes: 413/, /^65537 bytes to \/v1\/agents without/);
  });

  it('row 34: an id of nothing that is there, a key that is none, a revoked one, and one of another scope', async () => {
    const gatewayKeys = new Set<string>();
    let revokedOnce = 0;
    const failures = await found(whoMayWhat, async (asked, pass) => {
      const { method, path, headers } = asked;
      const { authorization = '' } = headers;
      if (authorization.startsWith('Basic ') && path === '/v1/audit') return pass(asAdmin(asked));
      if (gatewayKeys.has(authorization) && path === '/v1/agents') return pass(asAdmin(asked));
      const told = await pass();
      if (method === 'GET' && path === '/v1/agents' && told.status === 401 && /fup_(?!xx)/.test(authorization)) {
        return revokedOnce++ === 0 ? pass(asAdmin(asked)) : told;
      }
      if (method === 'GET' && path === '/v1/followups/42') return json(200, {});
      if (method === 'POST' && path === '/v1/keys' && told.status === 201) {
        const { key, scope } = JSON.parse(told.body.toString()) as { key: string; scope: string };
        if (scope === 'gateway') gatewayKeys.add(`Bearer ${key}`);
      }
      return told;
    });
    expectOnly(
      failures,
      /^GET \/v1\/followups\/42: 404/,
      /^GET \/v1\/audit with "Basic .*": 401/,
      /^a revoked key, at once where it was revoked: 401/,
      /^GET \/v1\/agents: 200, 403, 403, 200/,
      /^POST \/v1\/agents: 403, 403, 403, 422/,
    );
  });

  it('row 35: a key that nobody keeps', async () => {
    const failures = await found(idempotencyKeys, ({ path, headers }, pass) => {
      const { 'idempotency-key': _, ...others } = headers;
      return pass(path === '/v1/agents' || path === '/v1/channels' ? { headers: others } : {});
    });
    expectOnly(
      failures,
      /^the same answer to all/,
      /^one agent/,
      // The second request waits for the same lock, until neither of them has any time left.
      /^409 while the first one runs/,
      /^made, or 409 while/,
      /^one was made/,
      /^422 with another body/,
      /^422 for another call/,
      /^the same answer after a restart/,
      /^422 after a restart/,
    );
  });
});

/** A text of which only what `JSON.parse` makes of it is left: of a key that is there twice, the last. */
function leniently(body: Buffer): Buffer {
  try {
    return Buffer.from(JSON.stringify(JSON.parse(body.toString())));
  } catch {
    return body;
  }
}
