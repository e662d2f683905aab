import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../row';

/** Every row, in order: each is the `row` of a file of this folder that is named by its number. */
export function allRows(): Row[] {
  return readdirSync(__dirname)
    .filter((name) => /^\d\d-.*\.ts$/.test(name))
    .map((name) => (require(join(__dirname, name)) as { row: Row }).row)
    .sort((first, second) => first.number - second.number);
}
