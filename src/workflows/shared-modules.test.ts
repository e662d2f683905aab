import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a module declares in its own scope that could change: freezing does not reach into it. Formatted code has its own
 * scope at the beginning of a line.
 */
function changeable(text: string): string[] {
  const declared = /^(?:export )?(?:(?:let|var) (\w+)|const (\w+).*= new (?:Map|Set|WeakMap|WeakSet|Date)\b)/gm;
  return [...text.matchAll(declared)].map(([, variable, constant]) => variable ?? constant ?? '');
}

const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing'))
  .sort();

it.each(files)('%s keeps nothing in its own scope: all sessions of a worker share it (ADR 22)', (file) => {
  expect(changeable(readFileSync(join(__dirname, file), 'utf8'))).toEqual([]);
});

it('finds what could change, and leaves what cannot', () => {
  const could = 'let a = 1;\nvar b;\nexport const c = new Map();\nconst d: WeakSet<object> = new WeakSet<object>();';
  expect(changeable(could)).toEqual(['a', 'b', 'c', 'd']);
  expect(changeable('export const a = { b: [] };\nconst c = () => {\n  let d = new Map();\n};')).toEqual([]);
});
