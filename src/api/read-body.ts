import express, { type Request, type Response } from 'express';
import { ApiProblem } from './problems';
import { parseStrictJson } from './strict-json';

export const maxBodyBytes = 65_536;

// Content-Encoding is refused: nothing here is worth packing, and a packed body hides its size.
const rawBody = (limit: number) => express.raw({ type: () => true, limit, inflate: false });

const wrongMediaType = (detail: string) => new ApiProblem('unsupported_media_type', detail);

function checkContentType(header: string | undefined, accepted: readonly string[]): void {
  const [type = '', ...parameters] = (header ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (!accepted.includes(type)) {
    throw wrongMediaType(
      `The Content-Type is ${type ? 'another one' : 'missing'}; send "Content-Type: ${accepted[0]}".`,
    );
  }
  for (const parameter of parameters) {
    const charset = /^charset\s*=\s*"?([^"\s]*)"?$/.exec(parameter)?.[1];
    if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
      throw wrongMediaType(`The charset is another one; send "Content-Type: ${accepted[0]}; charset=utf-8".`);
    }
  }
}

/** What body-parser and raw-body say, as problems. */
function problemOfReading(error: unknown, limit: number): unknown {
  switch ((error as { type?: unknown }).type) {
    case 'entity.too.large':
      return new ApiProblem('body_too_large', `The body is larger than ${limit} bytes.`);
    case 'encoding.unsupported':
      return wrongMediaType('The body has a Content-Encoding; send it plain, without that header.');
    case 'request.aborted':
    case 'request.size.invalid':
      return new ApiProblem('malformed_request', 'The body ended before its Content-Length.');
    default:
      return error;
  }
}

/**
 * Reads the JSON body of a request.
 *
 * @returns undefined when the request has none
 * @throws ApiProblem 400, 413, 415, or 422 for text that cannot be stored
 */
export async function readJsonBody(
  req: Request,
  res: Response,
  accepted: readonly string[],
  limit = maxBodyBytes,
): Promise<unknown> {
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (!hasBody) return undefined;
  checkContentType(req.headers['content-type'], accepted);
  await new Promise<void>((resolve, reject) => {
    rawBody(limit)(req, res, (error?: unknown) => (error ? reject(problemOfReading(error, limit)) : resolve()));
  });
  return parseStrictJson(Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0));
}
