import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { builtRepository } from './build';
import { signInCookie } from './sign-in';
import { type Stack, type StackOptions, startStack } from './stack';

/** The service with its console, as a person meets it in a browser. */
export type ConsoleStack = Stack & {
  /** Opens a page of the console as somebody who is signed in with the admin key. */
  visit(page: Page, path: string): Promise<void>;
};

/** Starts the service's real parts, with the console as it is built from the sources now. */
export async function startConsole(options: StackOptions = {}): Promise<ConsoleStack> {
  const stack = await startStack({ ...options, consoleDir: join(builtRepository(), 'dist', 'console') });
  const cookie = await signInCookie(stack.baseUrl, stack.adminKey);
  return {
    ...stack,
    async visit(page, path) {
      await page.context().addCookies([cookie]);
      await page.goto(stack.baseUrl + path);
    },
  };
}
