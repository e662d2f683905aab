import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ErrorObject } from 'ajv';
import { repositoryRoot } from './compose-file';

/** The JSON schema of the Compose specification, as the linter `dclint` brings it. */
const schemaPath = join(repositoryRoot, 'node_modules', 'dclint', 'schemas', 'compose.schema.json');

/** What is wrong with a Compose file by the specification's schema; nothing: it is valid. */
export function composeSchemaErrors(file: unknown): ErrorObject[] {
  // Its own name for draft 7 is not the one that validators know.
  const { $schema, ...schema } = JSON.parse(readFileSync(schemaPath, 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile(schema);
  validate(file);
  return validate.errors ?? [];
}
