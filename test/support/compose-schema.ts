import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ErrorObject } from 'ajv';
import { repositoryRoot } from './compose-file';

/** The JSON schema of the Compose specification, as the package `dclint` brings it, or a file that is named. */
const candidates = [
  process.env.COMPOSE_SPEC_SCHEMA,
  join(repositoryRoot, 'node_modules', 'dclint', 'schemas', 'compose.schema.json'),
];

export const composeSchemaPath = candidates.find((path) => path !== undefined && path !== '' && existsSync(path));

/** What is wrong with a Compose file by the specification's schema; nothing: it is valid. */
export function composeSchemaErrors(file: unknown): ErrorObject[] {
  if (composeSchemaPath === undefined) throw new Error('There is no schema of the Compose specification.');
  // Its own name for draft 7 is not the one that validators know.
  const { $schema, ...schema } = JSON.parse(readFileSync(composeSchemaPath, 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile(schema);
  validate(file);
  return validate.errors ?? [];
}
