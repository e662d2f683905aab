import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { eventually } from './eventually';

const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 AA with all that it includes, and what is good practice besides. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

type Violation = {
  id: string;
  impact: string | null;
  help: string;
  helpUrl: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
};

/**
 * Looks for barriers with axe, in each theme, the frames of the same origin included.
 *
 * @throws Error that names the rule, the element and the fix of everything serious or critical
 */
export async function expectNoAxeViolations(
  page: Page,
  { themes = ['light', 'dark'] }: { themes?: ('light' | 'dark')[] } = {},
): Promise<void> {
  const found: string[] = [];
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await settled(page);
    // A frame that follows the theme is loaded anew: then it is looked at again.
    const violations = await eventually(`axe on ${page.url()}`, () => violationsOf(page));
    for (const violation of violations) {
      const places = violation.nodes.map(
        ({ target, failureSummary }) => `    ${target.join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`,
      );
      found.push(`  ${theme}, ${violation.impact}: ${violation.help} (${violation.id})`, ...places);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (found.length > 0) throw new Error(`axe finds on ${new URL(page.url()).pathname}:\n${found.join('\n')}`);
}

/** Colours in the middle of a transition are nobody's. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    .then(() => Promise.allSettled(document.getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime < 10_000).map(({ finished }) => finished)))`);
}

/** By evaluation, since the policy of a page lets no script in. */
async function violationsOf(page: Page): Promise<Violation[]> {
  for (const frame of page.frames()) await frame.evaluate(source);
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] })`,
  );
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}
