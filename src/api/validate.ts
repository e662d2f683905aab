import * as z from 'zod';
import { type FieldError, invalid } from './problems';

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

/** The schema inside optional, nullable, default and the like; the schema itself when it wraps nothing. */
function unwrapped(schema: Schema): Schema | null {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return def.innerType;
    case 'pipe':
      return def.in;
    default:
      return null;
  }
}

/** The schemas that a step of a path may lead to. */
function stepInto(schema: Schema, key: PropertyKey): Schema[] {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  if (def.type === 'object') {
    const field = def.shape[String(key)];
    return field ? [field] : [];
  }
  if (def.type === 'array') return [def.element];
  if (def.type === 'union') return def.options.flatMap((option) => stepInto(option, key));
  const inner = unwrapped(schema);
  return inner ? stepInto(inner, key) : [];
}

/** The schemas at a path, outermost first. */
function schemasAt(root: Schema, path: readonly PropertyKey[]): Schema[] {
  const found = path.reduce<Schema[]>((schemas, key) => schemas.flatMap((schema) => stepInto(schema, key)), [root]);
  const result: Schema[] = [];
  for (const schema of found) {
    for (let current: Schema | null = schema; current !== null; current = unwrapped(current)) result.push(current);
  }
  return result;
}

function exampleAt(root: Schema, path: readonly PropertyKey[]): unknown {
  for (const schema of schemasAt(root, path)) {
    const example = (z.globalRegistry.get(schema) as { example?: unknown } | undefined)?.example;
    if (example !== undefined && example !== null) return example;
  }
  for (const schema of schemasAt(root, path)) {
    const example = exampleOfFields(schema);
    if (example !== undefined) return example;
  }
  return undefined;
}

/** An object of what is required, or else of the first field that has an example. */
function exampleOfFields(schema: Schema): object | undefined {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  if (def.type !== 'object') return undefined;
  const examples = Object.entries(def.shape).map(([name, field]) => ({
    name,
    required: !(field as z.ZodType).safeParse(undefined).success,
    example: exampleAt(field, []),
  }));
  const known = examples.filter((each) => each.example !== undefined);
  const required = known.filter((each) => each.required);
  const chosen = required.length > 0 ? required : known.slice(0, 1);
  return chosen.length > 0 ? Object.fromEntries(chosen.map(({ name, example }) => [name, example])) : undefined;
}

/** ", for example …": the nearest example at the path or around it. */
function forExample(root: Schema, path: readonly PropertyKey[]): string {
  for (let length = path.length; length >= 0; length--) {
    const here = path.slice(0, length);
    const example = exampleAt(root, here);
    if (example === undefined) continue;
    const field = here.findLast((key) => typeof key === 'string');
    return length === path.length || field === undefined
      ? `, for example ${JSON.stringify(example)}`
      : `, for example "${String(field)}": ${JSON.stringify(example)}`;
  }
  return '';
}

function knownFields(root: Schema, path: readonly PropertyKey[]): string[] {
  const fields = schemasAt(root, path).flatMap((schema) => {
    const def = (schema as z.core.$ZodTypes)._zod.def;
    if (def.type === 'object') return Object.keys(def.shape);
    if (def.type !== 'union') return [];
    return def.options.flatMap((option) => knownFields(option, []));
  });
  return [...new Set(fields)];
}

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const shown = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(', ');

/** What is wrong, as the rest of a sentence that begins with the field. */
function complaint(issue: Issue): { code: string; says: string } {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return { code: 'required', says: 'is required' };
      if (issue.expected === 'int') return { code: 'not_whole', says: 'must be a whole number' };
      return { code: 'wrong_type', says: `must be ${kinds[issue.expected] ?? issue.expected}` };
    case 'too_small': {
      const code = issue.origin === 'string' || issue.origin === 'array' ? 'too_short' : 'too_small';
      if (issue.origin === 'array') return { code, says: `must have at least ${issue.minimum} item(s)` };
      if (issue.origin === 'string') return { code, says: `must have at least ${issue.minimum} character(s)` };
      return { code, says: `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}` };
    }
    case 'too_big': {
      const code = issue.origin === 'string' || issue.origin === 'array' ? 'too_long' : 'too_big';
      if (issue.origin === 'array') return { code, says: `must have at most ${issue.maximum} items` };
      if (issue.origin === 'string') return { code, says: `must have at most ${issue.maximum} characters` };
      return { code, says: `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}` };
    }
    case 'invalid_value':
      if (issue.input === undefined) return { code: 'required', says: 'is required' };
      return { code: 'not_allowed', says: `must be one of ${shown(issue.values)}` };
    case 'invalid_union':
      return {
        code: 'not_allowed',
        says: `must be one of ${shown((issue as { options?: readonly unknown[] }).options ?? [])}`,
      };
    case 'invalid_format':
      if (issue.format === 'datetime') {
        return { code: 'invalid_time', says: 'must be a time in ISO 8601 with an offset' };
      }
      return { code: 'invalid_format', says: `must match ${issue.pattern ?? issue.format}` };
    case 'custom':
      return { code: String(issue.params?.code ?? 'invalid'), says: issue.message };
    default:
      return { code: 'invalid', says: 'is not valid' };
  }
}

function fieldErrors(schema: Schema, issue: Issue): FieldError[] {
  const path = z.core.toDotPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownFields(schema, issue.path).join(', ');
    return issue.keys.slice(0, 20).map((key) => {
      const name = key.slice(0, 100);
      return {
        path: path ? `${path}.${name}` : name,
        code: 'unknown_field',
        message: `"${name}" is not a field here: remove it, or use one of ${known}${forExample(schema, issue.path)}.`,
      };
    });
  }
  const { code, says } = complaint(issue);
  // A message of the availability check is a sentence with an example of its own.
  if (says.endsWith('.')) return [{ path, code, message: says }];
  return [{ path, code, message: `${path ? `"${path}"` : 'The body'} ${says}${forExample(schema, issue.path)}.` }];
}

/** At most so many are named, so that the answer stays smaller than the request. */
const maxErrors = 50;

/**
 * Checks a value and fills in defaults.
 *
 * @throws ApiProblem 422 that names every field in error with a valid example
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap((issue) => fieldErrors(schema, issue)).slice(0, maxErrors));
}
