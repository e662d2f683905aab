import fc from 'fast-check';
import { ApiProblem } from './problems';
import { parseStrictJson } from './strict-json';

const parse = (text: string) => parseStrictJson(Buffer.from(text));

const codeOf = (text: string): string => {
  try {
    parse(text);
    return 'taken';
  } catch (error) {
    if (error instanceof ApiProblem) return error.errors[0]?.code ?? error.code;
    throw error;
  }
};

test('what JSON.parse reads and is not ambiguous is read the same', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' }), fc.nat(3), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      fc.pre(!/\\u0000|__proto__|"constructor"|"prototype"/.test(text));
      expect(parse(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('any text is read, or refused with a problem', () => {
  const tokens = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\\',
    'a',
    '"a"',
    '"a":',
    ' ',
    '1',
    'null',
    '\\u0000',
  );
  fc.assert(
    fc.property(fc.array(tokens, { maxLength: 30 }), (parts) => {
      codeOf(parts.join(''));
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['{"a": 1, "a": 2}', 'duplicate_key'],
  ['{"a": {"b": 1, "c": [{"b": 1, "b": 2}]}}', 'duplicate_key'],
  ['{"a": 1, "\\u0061" : 2}', 'duplicate_key'],
  ['{"": 1, "": 2}', 'duplicate_key'],
  ['{"a": {"a": {"a": 1}}, "b": {"a": 1}}', 'taken'],
  ['[{"a": 1}, {"a": 2}]', 'taken'],
  ['{"a": "b", "b": "a", "c": ["a", "a"]}', 'taken'],
  ['{"a\\"": 1, "a": ":", "b": "\\\\"}', 'taken'],
  ['{"__proto__": 1}', 'forbidden_key'],
  ['[{"a": {"constructor": 1}}]', 'forbidden_key'],
  ['["__proto__", "constructor"]', 'taken'],
  ['"a\\u0000"', 'invalid_text'],
  ['{"a": ["\\ud83d"]}', 'invalid_text'],
  ['"\\ud83d\\ude00"', 'taken'],
  ['\ufeff{}', 'taken'],
  ['{} {}', 'malformed_json'],
  ["{'a': 1}", 'malformed_json'],
  ['{"a": 01}', 'malformed_json'],
  ['NaN', 'malformed_json'],
])('%j: %s', (text, code) => {
  expect(codeOf(text)).toBe(code);
});

test('nothing of the body is in the answer but keys', () => {
  try {
    parse('{"secret": "hunter2", }');
  } catch (error) {
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  }
});
