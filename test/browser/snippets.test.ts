import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { sharedBrowser } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { runProcess } from '../support/processes';
import { conversation, makeChannel } from '../support/scenario';
import { temporaryFolder } from '../support/temporary-folder';

const root = join(__dirname, '..', '..');
const folder = temporaryFolder();
const browser = sharedBrowser();
let stack: ConsoleStack;
beforeAll(async () => {
  stack = await startConsole();
}, 300_000);
afterAll(() => stack?.stop());

const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;
/** Skipped where there is no Python 3.9 or newer on the PATH: the service needs none. */
const withPython = hasPython ? it : it.skip;
const run = promisify(execFile);

async function visitChannel({ agentId, channelId }: { agentId: string; channelId: string }): Promise<Page> {
  const page = await browser.open();
  await stack.visit(page, `/agents/${agentId}/channels/${channelId}`);
  await page.getByRole('heading', { level: 3, name: 'Receive followups' }).waitFor();
  return page;
}

/** A snippet, for this service: it names the public URL, which is another one here. */
async function snippet(page: Page, part: string, language: string): Promise<string> {
  // The innermost: the card around it is a section, too.
  const heading = page.getByRole('heading', { level: 3, name: part });
  const section = page.locator('section').filter({ has: heading }).last();
  await section.getByRole('tab', { name: language }).click();
  const code = await section.getByRole('figure').filter({ hasText: language }).locator('pre').innerText();
  return code.replaceAll('http://127.0.0.1:3000', stack.baseUrl);
}

/** A program of a snippet, beside the client as one copies it. @returns its path */
async function program(code: string): Promise<string> {
  writeFileSync(join(folder, 'followups-client.ts'), `export * from '${join(root, 'client', 'src', 'index')}';`);
  writeFileSync(join(folder, 'snippet.ts'), code);
  const rolldown = join(root, 'node_modules', '.bin', 'rolldown');
  const to = join(folder, 'snippet.mjs');
  await run(rolldown, [join(folder, 'snippet.ts'), '--platform', 'node', '--format', 'esm', '--file', to]);
  return to;
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

it('the one for Node that reports a message opens a session', async () => {
  const made = await makeChannel(stack);
  const page = await visitChannel(made);
  const path = await program(await snippet(page, 'Report every message', 'Node'));
  await run(process.execPath, [path], { env: { ...process.env, FOLLOWUPS_API_KEY: stack.adminKey } });
  expect(await conversation(stack, made.channelId, 'visitor-1').session()).toMatchObject({ status: 'open' });
});

it('the one for Node that receives followups takes what is signed', async () => {
  const port = await freePort();
  const made = await makeChannel(stack, { channel: { endpoint: { url: `http://127.0.0.1:${port}/` } } });
  const page = await visitChannel(made);
  const code = (await snippet(page, 'Receive followups', 'Node')).replace(
    'listen(4000)',
    `listen(${port}, '127.0.0.1')`,
  );
  const path = await program(`const sendToUser = async (to, text) => \`\${to}: \${text.length > 0}\`;\n${code}`);
  const gateway = runProcess(process.execPath, [path], { ...process.env, SIGNING_SECRET: stack.gateway.secret ?? '' });
  try {
    const test = () => stack.expect(200, 'POST', `/v1/channels/${made.channelId}/test`);
    const { response } = await eventually('the gateway', async () => {
      const tested = await test();
      return tested.response.kind === 'answered' && tested;
    });
    expect(response).toMatchObject({ meaning: 'sent', body: '{"messageId":"test: true"}' });
  } finally {
    gateway.child.kill();
    await gateway.ended;
  }
});

withPython('the one for Python that reports a message opens a session', async () => {
  const made = await makeChannel(stack);
  const page = await visitChannel(made);
  const code = await snippet(page, 'Report every message', 'Python');
  const { stdout } = await run('python3', ['-c', code], {
    env: { ...process.env, FOLLOWUPS_API_KEY: stack.adminKey },
  });
  expect(stdout).toBe('202\n');
  expect(await conversation(stack, made.channelId, 'visitor-1').session()).toMatchObject({ status: 'open' });
});

withPython('the one for Python tells what is signed from what is not', async () => {
  const page = await visitChannel(await makeChannel(stack));
  const code = await snippet(page, 'Receive followups', 'Python');
  const secret = stack.gateway.secret ?? '';
  const body = '{"type": "followup.send"}';
  const now = new Date();
  const headers = {
    'webhook-id': 'dlv_1',
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign('dlv_1', now, body),
  };
  const asked = `import json, sys\n${code}\nheaders = json.loads(sys.argv[1])
print(is_signed(headers, sys.argv[2].encode()), is_signed(headers, b"{}"))`;
  const env = { ...process.env, SIGNING_SECRET: secret };
  const { stdout } = await run('python3', ['-c', asked, JSON.stringify(headers), body], { env });
  expect(stdout).toBe('True False\n');
});
