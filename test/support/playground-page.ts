import type { FrameLocator, Page } from 'playwright-core';
import type { WatchedPage } from './browser';

/** The chat of the Playground, as its user has it. */
export type PlaygroundChat = {
  /** What the user sees of it. */
  frame: FrameLocator;
  /** The user writes. */
  writes(text: string): Promise<void>;
  /** A message with this text, whoever wrote it. */
  message(text: string): ReturnType<FrameLocator['getByText']>;
};

export function playgroundChat(page: WatchedPage): PlaygroundChat {
  // The page may ask for the session while the first message is still on its way.
  page.expectError(/404.*\/conversations\/[^/]+\/session\)/);
  const frame = page.frameLocator('iframe[title="Chat"]');
  const writing = frame.getByRole('textbox', { name: 'Message', exact: true });
  return {
    frame,
    async writes(text) {
      await writing.fill(text);
      await writing.press('Enter');
    },
    message: (text) => frame.getByRole('log').getByText(text, { exact: true }),
  };
}

/** Says something as the agent, or as an operator, by the Playground's form. */
export async function speak(page: Page, text: string, from: 'agent' | 'operator' = 'agent'): Promise<void> {
  await page.getByLabel('Speak as').selectOption(from);
  await page.getByLabel('What to say').fill(text);
  await page.getByRole('button', { name: `Send as the ${from}` }).click();
}
