import { existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const rotateAboveBytes = 5 * 1024 * 1024;

/**
 * Opens a log file for a server that must outlive its parent: a pipe would break with the parent, and a Go program
 * that writes to a broken pipe dies of it. At most one older file is kept, as `<file>.1`.
 *
 * @returns a file descriptor open for appending
 */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && statSync(path).size > rotateAboveBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

/** How long a log file is now: where the next start's lines will begin. */
export function logSize(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

/** What was written to a log since `fromByte`. */
export function readLog(path: string, fromByte: number): string {
  return existsSync(path) ? readFileSync(path).subarray(fromByte).toString() : '';
}

/** The last lines of a text, indented, for an error message. */
export function lastLines(text: string, count = 5): string {
  return text
    .trim()
    .split('\n')
    .slice(-count)
    .map((line) => `  ${line.slice(0, 500)}`)
    .join('\n');
}
