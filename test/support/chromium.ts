import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** @returns the path of the Chromium that CHROMIUM_PATH names, else of the first one on the PATH; null: there is none */
export function findChromium(env: NodeJS.ProcessEnv): string | null {
  if (env.CHROMIUM_PATH) return env.CHROMIUM_PATH;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @throws Error that names the ways to get one */
export function requireChromium(env: NodeJS.ProcessEnv): string {
  const path = findChromium(env);
  if (path !== null) return path;
  throw new Error(
    `There is no Chromium: none of ${names.join(', ')} is on the PATH, and CHROMIUM_PATH is not set. Install it, for ` +
      'example with `apt-get install chromium fonts-liberation` on Debian, or name one: CHROMIUM_PATH=/usr/bin/chromium.',
  );
}
