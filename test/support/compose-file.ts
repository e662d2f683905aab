import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const repositoryRoot = join(__dirname, '..', '..');

/** What the tests look at in a service of docker-compose.yml. */
export interface ComposeService {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  healthcheck?: { test: string[] };
  restart?: string;
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  tmpfs?: string[];
  stop_grace_period?: string;
  depends_on?: Record<string, { condition: string }>;
  deploy?: { replicas?: number };
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
}

/** docker-compose.yml as it is written: merged, but with its variables not filled in. */
export function readComposeFile(): ComposeFile {
  return parse(readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8'), { merge: true });
}

/** The same with the variables of an environment filled in, as Compose does it. @throws when a needed one is missing */
export function composeFileWith(variables: Record<string, string>): ComposeFile {
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return interpolate(value, variables);
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
  };
  return fill(readComposeFile()) as ComposeFile;
}

/**
 * Fills in `${NAME}`, `${NAME:-default}` and `${NAME:?message}`, defaults within defaults too.
 *
 * @see https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
 */
function interpolate(text: string, variables: Record<string, string>): string {
  let filled = '';
  let rest = text;
  for (;;) {
    const start = rest.indexOf('${');
    if (start === -1) return filled + rest;
    const end = closingBrace(rest, start + 2);
    const [, name = '', operator, argument = ''] = /^(\w+)(?:(:-|:\?)(.*))?$/s.exec(rest.slice(start + 2, end)) ?? [];
    if (name === '') throw new Error(`This variable is of no known form: ${rest.slice(start, end + 1)}`);
    const value = variables[name] ?? '';
    if (value === '' && operator === ':?') throw new Error(`${name} ${argument}`);
    filled += rest.slice(0, start) + (value === '' ? interpolate(argument, variables) : value);
    rest = rest.slice(end + 1);
  }
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith('${', at)) depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error(`A variable has no end: ${text}`);
}
