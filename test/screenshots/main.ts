// Takes a picture of every page of the console, in two themes and two widths, into screenshots/: `npm run screenshots`.
// It starts a service of its own with data that looks like weeks of work. Names of pages take only those:
// `npm run screenshots -- follow-ups survey`; `-- --readme` takes those of the README, into docs/images/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, type TestBrowser, type WatchedPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { type Service, startService } from '../support/service';
import { type SignInCookie, signInCookie } from '../support/sign-in';
import { emptyShots, type Shot, shots } from './pages';
import { compressed } from './png';
import { makeSample, type Sample } from './sample-data';
import { zoneWhereItIs } from './time-zones';

const themes = ['light', 'dark'] as const;
const sizes = [
  { width: 1_280, height: 860 },
  { width: 360, height: 780 },
];
const root = join(__dirname, '..', '..');

type Theme = (typeof themes)[number];
type Look = { theme: Theme; size: (typeof sizes)[number]; fullPage: boolean };
type Studio = {
  service: Service;
  browser: TestBrowser;
  cookie: SignInCookie;
  problems: string[] /** Of the agent, and of those who look. */;
  timeZone: string;
};

async function open({ browser, service, cookie, timeZone }: Studio, shot: Shot, look: Look): Promise<WatchedPage> {
  const page = await browser.open({
    ...{ viewport: look.size, colorScheme: look.theme, deviceScaleFactor: 1, timezoneId: timeZone },
  });
  page.setDefaultTimeout(15_000);
  // Asking who is signed in is how the console finds out that nobody is.
  if (shot.signedOut) page.expectError(/status of 401 .*console-session/);
  else await page.context().addCookies([cookie]);
  await page.goto(new URL(shot.path, service.baseUrl).href);
  if (!shot.restless) await calm(page);
  await shot.prepare?.(page, service);
  if (!shot.restless) await calm(page);
  if (look.fullPage) await showAll(page, look.size);
  return page;
}

/**
 * Nothing is loading or moving any more: what stands for something that is to come moves until it has come. A stream may
 * stay open for ever, so requests say nothing. Asked from here again and again, since a page's policy lets no script of
 * ours wait in it.
 */
async function calm(page: WatchedPage): Promise<void> {
  const isCalm = `document.readyState === 'complete' && document.body.innerText.trim() !== ''
    && document.querySelector('[aria-busy="true"]') === null
    && document.getAnimations().every(({ playState }) => playState !== 'running')`;
  const frames = `document.fonts.ready.then(() =>
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))`;
  let times = 0;
  await eventually(
    'the page to come to rest',
    async () => {
      await page.evaluate(frames);
      times = (await page.evaluate(isCalm)) ? times + 1 : 0;
      return times === 3;
    },
    20_000,
  );
}

/** Makes the window as high as the page: what reaches to the window's end does so in the picture, too. */
async function showAll(page: WatchedPage, { width, height }: Look['size']): Promise<void> {
  const pageHeight = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ width, height: Math.max(height, pageHeight) });
  await calm(page);
}

async function take(studio: Studio, shot: Shot, look: Look): Promise<Buffer | null> {
  try {
    const page = await open(studio, shot, look);
    return await page.screenshot({ animations: 'disabled', caret: 'hide' });
  } catch (error) {
    studio.problems.push(`${shot.name}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    return null;
  } finally {
    await studio.browser
      .closePages()
      .catch((error: Error) =>
        studio.problems.push(`${shot.name}, ${look.theme}, ${look.size.width}: ${error.message}`),
      );
  }
}

async function takeAll(studio: Studio, wanted: Shot[]): Promise<void> {
  const folder = join(root, 'screenshots');
  mkdirSync(folder, { recursive: true });
  for (const shot of wanted) {
    for (const theme of themes) {
      for (const size of sizes) {
        const picture = await take(studio, shot, { theme, size, fullPage: true });
        const file = join(folder, `${shot.name}-${theme}-${size.width}.png`);
        if (picture) writeFileSync(file, picture);
      }
    }
    console.log(shot.name);
  }
}

/** The same session as it is seen in Temporal's own console. */
async function temporalShot(service: Service, sample: Sample): Promise<Shot> {
  const session = await service.call('GET', `/v1/sessions/${sample.sessions.sent}`);
  const prepare = (page: Page) => page.getByText('Timer Started').first().waitFor();
  return { name: 'temporal', path: session.temporal.url, prepare, signedOut: true, restless: true, readme: 'temporal' };
}

async function takeForReadme(studio: Studio, sample: Sample): Promise<void> {
  const folder = join(root, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  const ofConsole = shots(sample).filter(({ readme }) => readme !== undefined);
  for (const shot of [...ofConsole, await temporalShot(studio.service, sample)]) {
    const [size = { width: 1_280, height: 860 }] = sizes;
    const picture = await take(studio, shot, { theme: 'light', size, fullPage: false });
    if (!picture) continue;
    const file = join(folder, `${shot.readme}.png`);
    const small = compressed(picture);
    writeFileSync(file, small);
    console.log(`docs/images/${shot.readme}.png, ${Math.round(small.length / 1_024)} KB`);
  }
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const forReadme = args.includes('--readme');
  const names = args.filter((arg) => !arg.startsWith('--'));
  const chosen = (all: Shot[]) => (names.length === 0 ? all : all.filter(({ name }) => names.includes(name)));
  const undo: (() => Promise<void>)[] = [];
  try {
    const service = await startService();
    undo.push(service.stop);
    const browser = await openBrowser();
    undo.push(browser.close);
    const cookie = await signInCookie(service.baseUrl, service.adminKey);
    const timeZone = zoneWhereItIs(11, Date.now());
    const studio: Studio = { service, browser, cookie, problems: [], timeZone };
    if (!forReadme) await takeAll(studio, chosen(emptyShots));
    const sample = await makeSample(service, Date.now(), timeZone);
    undo.push(sample.close);
    if (forReadme) await takeForReadme(studio, sample);
    else await takeAll(studio, chosen(shots(sample)));
    for (const problem of studio.problems) console.error(problem);
    if (studio.problems.length > 0) process.exitCode = 1;
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
