import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApi } from '../../client/generate/document';
import { typesOf } from '../../client/generate/types';

test("the client's types are those of the OpenAPI document", () => {
  const committed = readFileSync(join(__dirname, '..', '..', 'client', 'src', 'api-types.ts'), 'utf8');
  if (committed !== typesOf(openApi())) {
    throw new Error('client/src/api-types.ts is out of date: run npm run client:types, and commit what it writes.');
  }
});
