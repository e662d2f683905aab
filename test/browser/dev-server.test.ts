import { createServer } from 'node:net';
import { join } from 'node:path';
import { sharedBrowser } from '../support/browser';
import { type ConsoleStack, startConsole } from '../support/console';
import { eventually } from '../support/eventually';
import { type RunningScript, runProcess } from '../support/processes';
import { makeChannel } from '../support/scenario';

const browser = sharedBrowser();
const root = join(__dirname, '..', '..');
let stack: ConsoleStack;
let dev: RunningScript;
let baseUrl: string;

/** One that nobody listens at now. */
const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** As `npm run dev` does it. */
beforeAll(async () => {
  stack = await startConsole();
  const port = await freePort();
  baseUrl = `http://127.0.0.1:${port}`;
  const args = ['--config', 'console/vite.config.mts', '--host', '127.0.0.1', '--port', String(port), '--strictPort'];
  const env = { ...process.env, NODE_ENV: 'development', FOLLOWUPS_URL: stack.baseUrl };
  dev = runProcess(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), ...args], env, root);
  await eventually('the dev server', async () => (await fetch(baseUrl)).ok, 60_000);
}, 300_000);
afterAll(async () => {
  dev?.child.kill();
  await dev?.ended;
  await stack?.stop();
});

it('shows the chat as it was built, and serves the sources that the console shares with it', async () => {
  const { channelId } = await makeChannel(stack, {
    agent: { name: 'Ada' },
    channel: { type: 'webchat', endpoint: null },
  });
  const page = await browser.open();
  await page.goto(`${baseUrl}/webchat/${channelId}`);
  await page.getByRole('heading', { name: 'Ada' }).waitFor();
  const shared = await fetch(`${baseUrl}/webchat/frame-messages.ts`);
  expect(shared.headers.get('content-type')).toContain('javascript');
});
