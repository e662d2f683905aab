import { Agent, request } from 'node:http';

/** What the gateway is told, and where it is. */
export type Delivery = { url: string; conversationId: string };

export type BaselineActivities = { deliver(delivery: Delivery): Promise<void> };

export function createBaselineActivities(): BaselineActivities {
  const agent = new Agent({ keepAlive: true });
  return {
    deliver: ({ url, conversationId }) =>
      new Promise((resolve, reject) => {
        const outgoing = request(url, { agent, method: 'POST' }, (response) => {
          response.resume().on('end', () => resolve());
        });
        outgoing.on('error', reject);
        outgoing.end(JSON.stringify({ data: { conversationId } }));
      }),
  };
}
