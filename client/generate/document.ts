import { apiOperations } from '../../src/api/app';
import type { Authenticator } from '../../src/api/authenticate';
import type { ApiDeps } from '../../src/api/deps';
import { createApiMetrics } from '../../src/api/metrics';
import { openApiDocument } from '../../src/api/openapi';
import type { Document } from './types';

/** Answers whatever is asked of it with itself: to describe the calls, nothing of what serves them is used. */
const nothing: unknown = new Proxy(() => nothing, { get: () => nothing, apply: () => nothing });

/** The OpenAPI document of this very code, without any server. */
export function openApi(): Document {
  const operations = apiOperations(nothing as ApiDeps, createApiMetrics(), nothing as Authenticator);
  return openApiDocument(operations, 'http://127.0.0.1:3000') as unknown as Document;
}
