import { randomUUID } from 'node:crypto';
import { inParallel } from '../../test/faults/in-parallel';
import type { Installation } from '../../test/faults/installation/installation';
import { World } from '../../test/faults/world/world';

const clients = 8;

/** Speaks in many conversations by REST, one message in each before the next one in any. */
export class Talk {
  private constructor(
    private readonly world: World,
    private readonly agentId: string,
  ) {}

  static async prepare(installation: Installation): Promise<Talk> {
    const world = new World(installation);
    return new Talk(world, (await world.makeChannel()).agentId);
  }

  /** A channel with a followup for each of the delays. */
  async channelWith(delaysSeconds: readonly number[]): Promise<string> {
    const channelId = await this.world.addChannel(this.agentId);
    for (const [index, delaySeconds] of delaysSeconds.entries())
      await this.world.makeFollowup(channelId, { title: `Rule ${index}`, delaySeconds });
    return channelId;
  }

  say(channelId: string, ids: readonly string[], from: 'agent' | 'user'): Promise<void> {
    return inParallel(ids, clients, (id) =>
      this.world.calls.expect(202, 'POST', `/v1/channels/${channelId}/conversations/${id}/messages`, {
        body: { id: randomUUID(), from, at: new Date().toISOString() },
      }),
    );
  }

  end(channelId: string, ids: readonly string[]): Promise<void> {
    return inParallel(ids, clients, (id) =>
      this.world.calls.expect(202, 'POST', `/v1/channels/${channelId}/conversations/${id}/end`, { body: {} }),
    );
  }
}
