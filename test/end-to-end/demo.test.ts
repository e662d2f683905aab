import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/ports';
import { builtRepository } from '../support/build';
import { type RunningScript, runProcess } from '../support/processes';
import { type Stack, startStack } from '../support/stack';

describe('npm run demo', () => {
  let root: string;
  let stack: Stack;
  const demo = (env: Record<string, string>): RunningScript =>
    runProcess(process.execPath, [join(root, 'dist', 'demo', 'main.js')], env, root);

  beforeAll(async () => {
    root = builtRepository();
    stack = await startStack();
  }, 180_000);
  afterAll(() => stack?.stop());

  it('shows a followup that is sent and one that is not, and deletes what it made', async () => {
    const { port } = new URL(stack.baseUrl);
    const shown = demo({ PORT: port, ADMIN_API_KEY: stack.adminKey });
    expect(await shown.ended).toBe(0);
    // Each of these in a line with the time of day, in this order.
    const lines = [
      /Gateway {3}listens at http:\/\/127\.0\.0\.1:\d+\/followups/,
      /Made {6}followup {2}flw_\w+, 5 s after/,
      /User {6}"/,
      /Agent {5}"/,
      /Service {3}Will be sent on .+, unless somebody writes before\./,
      /Temporal {2}http:\/\/.+\/workflows\/session%2Fch_\w+/,
      /Gateway {3}got a signed request, signature verified, webhook-id dlv_\w+/,
      /Service {3}Was sent on /,
      /Service {3}Will be sent on /,
      /User {6}"Oh, yes please!"/,
      /Service {3}Will not be sent: the user replied on /,
      /Gateway {3}got nothing/,
      /Deleted {3}the followup, the channel and the agent/,
    ];
    const expected = lines.map(({ source }) => String.raw`\d\d:\d\d:\d\d {2}${source}[\s\S]*`).join('');
    expect(shown.output()).toMatch(new RegExp(expected));
    for (const kind of ['agents', 'channels', 'followups']) {
      expect((await stack.expect(200, 'GET', `/v1/${kind}`)).items).toEqual([]);
    }
    const { items } = await stack.expect(200, 'GET', '/v1/deliveries');
    expect(items).toMatchObject([{ status: 'sent' }]);
  }, 120_000);

  it('deletes what it made when it is stopped', async () => {
    const { port } = new URL(stack.baseUrl);
    const stopped = demo({ PORT: port, ADMIN_API_KEY: stack.adminKey });
    await stopped.says('Will be sent on');
    stopped.child.kill('SIGINT');
    expect(await stopped.ended).toBe(1);
    expect(stopped.output()).toContain('Stopped.');
    expect((await stack.expect(200, 'GET', '/v1/followups')).items).toEqual([]);
  }, 60_000);

  it('says what is missing', async () => {
    const { port } = new URL(stack.baseUrl);
    const other = createServer((_request, response) => response.end('Hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const cases: [Record<string, string>, string][] = [
      [{ PORT: String(await freePort()) }, 'Start the service first, in another terminal: npm start'],
      [{ PORT: port, DATA_DIR: '/nowhere' }, 'There is no admin key in /nowhere/admin-key.'],
      [{ PORT: port, ADMIN_API_KEY: 'another-key-of-somebody-else' }, 'does not accept the admin key'],
      [{ PORT: String((other.address() as AddressInfo).port) }, 'is not Followups'],
      [{ PORT: 'none' }, 'PORT must be a port number'],
    ];
    for (const [env, text] of cases) {
      const refused = demo(env);
      expect(await refused.ended).toBe(1);
      expect(refused.output()).toContain(text);
      expect(refused.output()).not.toMatch(/another-key|\n +at /);
    }
    other.close();
  }, 60_000);
});
