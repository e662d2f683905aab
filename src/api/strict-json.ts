import { ApiProblem, type FieldError, invalid } from './problems';

/** Deeper than anything that the API takes, and shallow enough for recursion to be harmless. */
export const maxDepth = 32;

/** Keys that mean something to JavaScript itself, and could reach an object's prototype when merged. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

const malformed = (detail: string, errors: FieldError[] = []) => new ApiProblem('malformed_json', detail, errors);

/** The index right after the string literal that begins at `start` (a quotation mark). */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index + 1;
}

/**
 * Walks over a JSON text once, without building anything, and refuses what `JSON.parse` lets through: nesting deeper
 * than {@link maxDepth}, a key twice in one object (RFC 8259, section 4: what happens is unpredictable), and keys
 * that JavaScript gives a meaning.
 */
function scan(text: string): void {
  const open: (Set<string> | null)[] = [];
  let index = 0;
  while (index < text.length) {
    const character = text[index];
    if (character === '"') {
      const end = endOfString(text, index);
      const keys = open.at(-1);
      let next = end;
      while (/\s/.test(text[next] ?? '')) next++;
      if (keys && text[next] === ':') {
        const key = String(JSON.parse(text.slice(index, end)));
        if (forbiddenKeys.has(key)) {
          throw malformed(`The key "${key}" is not allowed.`, [
            { path: key, code: 'forbidden_key', message: `Remove the key "${key}".` },
          ]);
        }
        if (keys.has(key)) {
          const shown = key.slice(0, 100);
          throw malformed(`The key "${shown}" occurs twice in one object.`, [
            { path: shown, code: 'duplicate_key', message: `Give "${shown}" once.` },
          ]);
        }
        keys.add(key);
      }
      index = end;
      continue;
    }
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : null);
      if (open.length > maxDepth) throw malformed(`The JSON is nested deeper than ${maxDepth} levels.`);
    } else if (character === '}' || character === ']') {
      open.pop();
    }
    index++;
  }
}

function textErrors(value: unknown, path: string, errors: FieldError[]): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || /\p{Surrogate}/u.test(value)) {
      const message = 'Remove the character U+0000 and unpaired surrogates, for example "Hello".';
      errors.push({ path, code: 'invalid_text', message });
    }
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      textErrors(item, `${path}[${index}]`, errors);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) textErrors(item, path ? `${path}.${key}` : key, errors);
  }
}

/** @throws ApiProblem 422 that names every text which PostgreSQL or UTF-8 could not hold as it stands */
export function refuseUnstorableText(value: unknown): void {
  const errors: FieldError[] = [];
  textErrors(value, '', errors);
  if (errors.length > 0) throw invalid(errors);
}

/**
 * Parses a request's body more strictly than `JSON.parse`.
 *
 * @param bytes UTF-8
 * @throws ApiProblem 400 for what is no JSON, or ambiguous or dangerous JSON; 422 for text that cannot be stored
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('The body is not valid UTF-8.');
  }
  if (text.trim() === '') throw malformed('The body is empty; a JSON object is needed, for example {}.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message repeats parts of the body, so it stays out of the answer.
    throw malformed('The body is not valid JSON.');
  }
  scan(text);
  refuseUnstorableText(value);
  return value;
}
