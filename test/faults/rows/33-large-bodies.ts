import { request } from 'node:http';
import { forms, type Installation } from '../installation/installation';
import type { Judging, Row } from '../row';
import { World } from '../world/world';
import { rawRequest } from './support/raw-request';

const limitBytes = 65_536;
const batchLimitBytes = 1_048_576;

/** A JSON text of exactly so many bytes. */
const ofBytes = (bytes: number) => JSON.stringify({ name: 'x'.repeat(bytes - '{"name":""}'.length) });

/** Fails when a body is taken that is larger than its limit, when one within it is not read, or when the API suffers. */
export const row: Row = {
  number: 33,
  fault: 'a body over 64 KB (batch: 1 MB)',
  forms,
  async run(installation, report) {
    const { channelId } = await new World(installation).makeChannel();
    const conversation = `/v1/channels/${channelId}/conversations/c`;
    const bodies: [string, string, number, boolean][] = [
      ['POST', '/v1/agents', limitBytes, true],
      ['POST', '/v1/agents', limitBytes + 1, false],
      ['POST', `${conversation}/messages`, limitBytes + 1, false],
      ['POST', `${conversation}/end`, 2 ** 24, false],
      ['PATCH', `/v1/channels/${channelId}`, limitBytes + 1, false],
      ['POST', '/v1/messages/batch', batchLimitBytes, true],
      ['POST', '/v1/messages/batch', batchLimitBytes + 1, false],
    ];
    for (const [method, path, bytes, isRead] of bodies) {
      const { status } = await rawRequest(installation, method, path, { body: ofBytes(bytes) });
      keptToTheLimit({ what: `${method} ${path} with ${bytes} bytes`, isRead, status }, report);
      report.count(isRead ? 'read' : 'refused');
    }
    for (const [path, bytes] of [
      ['/v1/agents', limitBytes + 1],
      ['/v1/messages/batch', batchLimitBytes + 1],
    ] as const) {
      const status = await inPieces(installation, path, ofBytes(bytes));
      keptToTheLimit({ what: `${bytes} bytes to ${path} without a Content-Length`, isRead: false, status }, report);
      report.count('refused');
    }
    for (const api of installation.apis) report.must('the API is well', (await api.readiness()) === 200);
  },
};

type Limited = { what: string; isRead: boolean; status: number | string };

/** What is read is no agent, and refused for that. */
export function keptToTheLimit({ what, isRead, status }: Limited, report: Judging): void {
  const wanted = isRead ? 422 : 413;
  report.must(`${what}: ${wanted}`, status === wanted, status);
}

/** The same without saying its length. The server may stop reading: what it said before counts. */
function inPieces({ apiUrls, adminKey }: Installation, path: string, body: string): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
    const sent = request(`${apiUrls[0]}${path}`, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once('error', (error) => resolve(error.message));
    for (let at = 0; at < body.length; at += 8_192) sent.write(body.slice(at, at + 8_192));
    sent.end();
  });
}
