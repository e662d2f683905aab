// Writes src/api-types.ts: npm run client:types
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApi } from './document';
import { typesOf } from './types';

writeFileSync(join(__dirname, '..', 'src', 'api-types.ts'), typesOf(openApi()));
