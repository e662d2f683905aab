// How much the console loads, how soon it can be used, and how it scrolls: `npm run bench:console`, `-- --json` for
// numbers alone. It starts a service of its own with 1,000 followups, and the distribution's Chromium with a cold cache.
// FOLLOWUPS=100 for fewer, ROUNDS=15 for more loads.
import { cpus, loadavg } from 'node:os';
import type { BrowserContext } from 'playwright-core';
import { newId } from '../src/ids';
import { openBrowser, type TestBrowser, type WatchedPage } from '../test/support/browser';
import { eventually } from '../test/support/eventually';
import { type Service, startService } from '../test/support/service';
import { type SignInCookie, signInCookie } from '../test/support/sign-in';

const followups = Number(process.env.FOLLOWUPS || 1_000);
const rounds = Number(process.env.ROUNDS || 7);
const scrolls = 5;
const channels = 3;
const days = 30;
const targets = { scriptKb: 200, interactiveMs: 1_000, slowShare: 0.05 };
/** A frame at 60 a second, and half of one more. */
const slowFrameMs = (1_000 / 60) * 1.5;

const viewport = { width: 1_280, height: 860 };

/** As PostgreSQL writes an array. */
const listOf = (ids: string[]) => `{${ids.join(',')}}`;

/** @returns the agent's id */
async function fill({ call, database: { sql } }: Service): Promise<string> {
  const agent = await call('POST', '/v1/agents', { name: 'Bench', identity: { timeZone: 'Europe/Madrid' } });
  const channelIds: string[] = [];
  for (let index = 0; index < channels; index += 1) {
    const endpoint = { url: 'http://127.0.0.1:9/' };
    channelIds.push((await call('POST', '/v1/channels', { agentId: agent.id, name: `Channel ${index}`, endpoint })).id);
  }
  const ids = listOf(Array.from({ length: followups }, () => newId('flw')));
  await sql`insert into followups (id, agent_id, title, message, delay_seconds, survey_type, status, activated_at, delay_edited_at)
    select id, ${agent.id}, 'Followup number ' || n, 'Are you still there? I am happy to help with ' || n, 60 * n,
      (array['csat', 'nps', null, null])[1 + n % 4], (array['active', 'active', 'inactive'])[1 + n % 3], now(), now()
    from unnest(${ids}::text[]) with ordinality as made (id, n)`;
  await sql`insert into followup_channels (followup_id, channel_id, agent_id)
    select f, c, ${agent.id} from unnest(${ids}::text[]) f, unnest(${listOf(channelIds)}::text[]) c`;
  await sql`insert into delivery_counts (followup_id, channel_id, date, sent, unknown, responded, resolved, unresolved)
    select f, c, to_char(now() - make_interval(days => day), 'YYYY-MM-DD'), 3 + (random() * 20)::int, 0,
      (random() * 3)::int, 0, 0
    from unnest(${ids}::text[]) f, unnest(${listOf(channelIds)}::text[]) c, generate_series(0, ${days - 1}) day`;
  await sql`analyze`;
  return agent.id;
}

type Load = { interactiveMs: number; scriptBytes: number };

/**
 * Loads a page that was never loaded before, until `isUsable`, a piece of JavaScript, holds in the page and is painted.
 */
async function load(browser: TestBrowser, url: string, isUsable: string, cookie: SignInCookie | null): Promise<Load> {
  const page = await browser.open({ viewport });
  page.expectError(/status of 401/);
  if (cookie) await page.context().addCookies([cookie]);
  const scripts = countScripts(page.context());
  await page.addInitScript(`{
    const look = () => {
      if (!(${isUsable})) return requestAnimationFrame(look);
      requestAnimationFrame(() => { window.usableAtMs = performance.now(); });
    };
    requestAnimationFrame(look);
  }`);
  await page.goto(url);
  const interactiveMs = await eventually('the page to be usable', () => page.evaluate<number>('window.usableAtMs'));
  // What comes after that is part of what the page loads.
  await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => {});
  const scriptBytes = await scripts();
  await browser.closePages();
  return { interactiveMs, scriptBytes };
}

/** @returns what gives the bytes of all scripts that came until then, as they went over the wire */
function countScripts(context: BrowserContext): () => Promise<number> {
  const sizes: Promise<number>[] = [];
  context.on('requestfinished', (request) => {
    const size = async () => {
      const type = (await request.response())?.headers()['content-type'] ?? '';
      return /javascript/.test(type) ? (await request.sizes()).responseBodySize : 0;
    };
    sizes.push(size());
  });
  return async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function loads(...args: Parameters<typeof load>): Promise<Load> {
  const all: Load[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await load(...args));
  return {
    interactiveMs: percentile(
      all.map(({ interactiveMs }) => interactiveMs),
      0.5,
    ),
    scriptBytes: Math.max(...all.map(({ scriptBytes }) => scriptBytes)),
  };
}

/** Of a list in any order. */
function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Somewhere the table can be scrolled: around it, or the page as a whole. 120 pixels a frame are a swift flick. */
const scrollToTheEnd = `(async () => {
  const canScroll = (element) => element.scrollHeight > element.clientHeight + 1
    && /auto|scroll/.test(getComputedStyle(element).overflowY);
  let scroller = document.querySelector('table, [role=table], [role=grid]');
  while (scroller && !canScroll(scroller)) scroller = scroller.parentElement;
  scroller ??= document.scrollingElement;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const deltas = [];
  let before = await frame();
  let atTheEnd = 0;
  while (atTheEnd < 10) {
    const top = scroller.scrollTop;
    scroller.scrollTop += 120;
    const now = await frame();
    deltas.push(now - before);
    before = now;
    atTheEnd = scroller.scrollTop === top ? atTheEnd + 1 : 0;
  }
  return { deltas: deltas.slice(0, -10), pixels: scroller.scrollTop };
})()`;

type Scrolling = { frames: number; pixels: number; p50: number; p95: number; longest: number; slowShare: number };

/** @returns the one in the middle of several: a machine that does something else for a moment loses frames too */
async function scrollOften(...args: Parameters<typeof scroll>): Promise<Scrolling> {
  const all: Scrolling[] = [];
  for (let round = 0; round < scrolls; round += 1) all.push(await scroll(...args));
  all.sort((one, other) => one.slowShare - other.slowShare);
  return all[Math.floor(scrolls / 2)] as Scrolling;
}

async function scroll(browser: TestBrowser, url: string, cookie: SignInCookie): Promise<Scrolling> {
  const page: WatchedPage = await browser.open({ viewport });
  await page.context().addCookies([cookie]);
  await page.goto(url);
  const isCalm = `${tableIsUsable} && document.querySelector('[aria-busy=true]') === null`;
  await eventually('the whole table', () => page.evaluate(isCalm));
  const { deltas, pixels } = await page.evaluate<{ deltas: number[]; pixels: number }>(scrollToTheEnd);
  await browser.closePages();
  return {
    ...{ frames: deltas.length, pixels, p50: percentile(deltas, 0.5), p95: percentile(deltas, 0.95) },
    longest: Math.max(...deltas),
    slowShare: deltas.filter((delta) => delta > slowFrameMs).length / deltas.length,
  };
}

const isVisible = (selector: string) => `document.querySelector('${selector}')?.checkVisibility() === true`;
const search = 'input[type=search]';
const tableIsUsable = `${isVisible('tbody tr')} && ${isVisible(search)} && !document.querySelector('${search}').disabled`;
const signInIsUsable = isVisible('input');

async function measure(service: Service, browser: TestBrowser) {
  const agentId = await fill(service);
  const cookie = await signInCookie(service.baseUrl, service.adminKey);
  const table = `${service.baseUrl}/agents/${agentId}/follow-ups`;
  return {
    signIn: await loads(browser, `${service.baseUrl}/sign-in`, signInIsUsable, null),
    followUps: await loads(browser, table, tableIsUsable, cookie),
    scrolling: await scrollOften(browser, table, cookie),
  };
}

type Results = Awaited<ReturnType<typeof measure>>;

function show({ signIn, followUps, scrolling }: Results, before: string): void {
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.version}, no graphics card, load before ${before}`,
  );
  console.log(
    `${followups.toLocaleString('en')} followups on ${channels} channels, ${days} days; ${rounds} loads, cold; ${scrolls} times scrolled\n`,
  );
  const rows: [string, string, string][] = [];
  for (const [name, { interactiveMs, scriptBytes }] of [
    ['Sign in', signIn],
    ['Follow ups', followUps],
  ] as const) {
    rows.push([`${name}: JavaScript`, `${(scriptBytes / 1_024).toFixed(1)} KB`, `≤ ${targets.scriptKb} KB`]);
    rows.push([`${name}: interactive, median`, `${interactiveMs.toFixed(0)} ms`, `≤ ${targets.interactiveMs} ms`]);
  }
  const { frames, pixels, p50, p95, longest, slowShare } = scrolling;
  rows.push([`Scrolling ${pixels.toLocaleString('en')} pixels: frames`, String(frames), '']);
  rows.push(['  p50', `${p50.toFixed(1)} ms`, '']);
  rows.push(['  p95', `${p95.toFixed(1)} ms`, '']);
  rows.push(['  longest', `${longest.toFixed(1)} ms`, '']);
  const share = `${(slowShare * 100).toFixed(1)} %`;
  rows.push([`  longer than ${slowFrameMs.toFixed(0)} ms`, share, `≤ ${targets.slowShare * 100} %`]);
  for (const [name, value, target] of rows)
    console.log(`${name.padEnd(40)} ${value.padStart(12)} ${target.padStart(12)}`);
}

function isWithin({ signIn, followUps, scrolling }: Results): boolean {
  const loadsAreWithin = [signIn, followUps].every(
    ({ interactiveMs, scriptBytes }) =>
      interactiveMs <= targets.interactiveMs && scriptBytes <= targets.scriptKb * 1_024,
  );
  return loadsAreWithin && scrolling.slowShare <= targets.slowShare;
}

async function main(): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    const service = await startService();
    undo.push(service.stop);
    const browser = await openBrowser();
    undo.push(browser.close);
    // What else the machine has to do decides about times.
    const before = loadavg()[0]?.toFixed(1) ?? 'unknown';
    const results = await measure(service, browser);
    if (process.argv.includes('--json')) console.log(JSON.stringify(results, null, 2));
    else show(results, before);
    if (!isWithin(results)) process.exitCode = 1;
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
