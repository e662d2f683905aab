import type { Client } from '@temporalio/client';

/**
 * Looks for each of the needles in each of the places: as it is, percent-encoded, inside JSON, and in base64, wherever in
 * a longer text it may begin.
 *
 * @returns "needle in place" for each that was found
 */
export function findAll(places: Record<string, string>, needles: Record<string, string>): string[] {
  return Object.entries(needles).flatMap(([needle, text]) => {
    if (text.length < 8) throw new Error(`"${needle}" is too short to be looked for.`);
    const forms = formsOf(text);
    return Object.entries(places).flatMap(([place, written]) =>
      forms.some((form) => written.includes(form)) ? [`${needle} in ${place}`] : [],
    );
  });
}

function formsOf(text: string): string[] {
  const inBase64 = [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
    // The first and the last characters depend on what stands beside.
    const sure = encoded.slice(shift === 0 ? 0 : 4, -4);
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), ...inBase64];
}

/** All that Temporal tells of the workflows in a namespace: lists, descriptions and every event, payloads decoded. */
export async function historiesOf(client: Client): Promise<string> {
  const told: unknown[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    told.push((await handle.describe()).raw, await handle.fetchHistory());
  }
  for await (const schedule of client.schedule.list()) told.push(schedule);
  const { executions } = await client.workflowService.listWorkflowExecutions({ namespace: client.options.namespace });
  told.push(executions);
  return told.map(readable).join('\n');
}

/** JSON in which bytes are text. */
function readable(value: unknown): string {
  return JSON.stringify(value, (_name, inner) => {
    if (inner instanceof Uint8Array) return Buffer.from(inner).toString();
    // A Buffer has turned itself into this already.
    if (inner?.type === 'Buffer' && Array.isArray(inner.data)) return Buffer.from(inner.data).toString();
    return typeof inner === 'bigint' ? String(inner) : inner;
  });
}
