import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { requireChromium } from './chromium';

/** Nothing that calls home, and nothing that needs more than a container has. */
const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** A session that is just opening, or cannot be asked just then, is asked again: its page says so, and the browser too. */
const askedAgain = /status of 503.*\/(conversations\/[^/]+\/session|sessions\/[^/]+(\/timeline)?)\)/;

/** A page whose troubles are remembered: errors in the console (also of its policy), in scripts, and of requests. */
export type WatchedPage = Page & {
  /** Announces trouble that belongs to the test, for all of its page's life. */
  expectError(pattern: RegExp): void;
};

export type TestBrowser = {
  /** Opens a page in a context of its own: no cookie and nothing stored comes with it. */
  open(options?: BrowserContextOptions): Promise<WatchedPage>;
  /**
   * Closes every page that was opened since the last time.
   *
   * @throws Error with all trouble that nobody had announced
   */
  closePages(): Promise<void>;
  close(): Promise<void>;
};

/** Starts the distribution's Chromium without a window. It ends with this process at the latest. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: requireChromium(process.env),
    args: [...flags, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    // Whoever started more than this browser ends everything in order.
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
  });
  const troubles: { says: string; expected: RegExp[] }[] = [];

  return {
    async open(options = {}) {
      const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Madrid', ...options });
      const expected: RegExp[] = [askedAgain];
      const page = Object.assign(await context.newPage(), {
        expectError(pattern: RegExp) {
          expected.push(pattern);
        },
      });
      const note = (says: string) => troubles.push({ says, expected });
      context.on('console', (message) => {
        if (message.type() === 'error') note(`console: ${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (error) => note(`script: ${error.error().stack ?? error.error().message}`));
      context.on('requestfailed', (request) => {
        const why = request.failure()?.errorText ?? 'unknown';
        // What a page gives up by itself, as a stream that it leaves.
        if (why !== 'net::ERR_ABORTED') note(`request: ${request.method()} ${request.url()}: ${why}`);
      });
      return page;
    },
    async closePages() {
      await Promise.all(browser.contexts().map((context) => context.close()));
      const unexpected = troubles
        .splice(0)
        .filter(({ says, expected }) => !expected.some((pattern) => pattern.test(says)));
      if (unexpected.length > 0) {
        throw new Error(`The page had trouble:\n${unexpected.map(({ says }) => `- ${says}`).join('\n')}`);
      }
    },
    close: () => browser.close(),
  };
}

/**
 * One browser for the tests of a file. Every test's pages are closed after it, and it fails when they had trouble that it
 * did not announce.
 */
export function sharedBrowser(): Pick<TestBrowser, 'open'> {
  let browser: TestBrowser | undefined;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterEach(() => browser?.closePages());
  afterAll(() => browser?.close());
  return {
    open(options) {
      if (!browser) throw new Error('The browser is started before the first test: open pages in tests.');
      return browser.open(options);
    },
  };
}
