import type { EmbeddedServer } from './embedded-server';

export interface Supervision<Server extends EmbeddedServer> {
  /** The server as it was when it was first ready; one that was restarted has the same address. */
  first: Server;
  /** Stops the server, also one that is just being started again. */
  stop(): Promise<void>;
}

export interface SupervisionOptions<Server extends EmbeddedServer> {
  /** @param earlier the server that ended; null at the first start */
  start: (earlier: Server | null) => Promise<Server>;
  /** Told each time that the server ended by itself and is started again. */
  onRestart: (how: string) => void;
  /** Told when it answers again. */
  onRestarted: () => void;
  /** Told when it cannot be started again, or ended too often. */
  onGiveUp: (why: string) => void;
}

const restartsAllowed = 5;
const restartWindowMs = 10 * 60_000;

/** Starts a server, and starts it again when it ends without being told to: five times in ten minutes at most. */
export async function supervise<Server extends EmbeddedServer>(
  options: SupervisionOptions<Server>,
): Promise<Supervision<Server>> {
  const first = await options.start(null);
  let current = first;
  let stopping = false;
  const restartsAtMs: number[] = [];

  const watch = async (): Promise<void> => {
    for (;;) {
      const how = await current.exited;
      if (stopping) return;
      while (restartsAtMs[0] !== undefined && restartsAtMs[0] < Date.now() - restartWindowMs) restartsAtMs.shift();
      if (restartsAtMs.length >= restartsAllowed) {
        options.onGiveUp(`it ended ${restartsAllowed + 1} times within ten minutes, at last with ${how}`);
        return;
      }
      restartsAtMs.push(Date.now());
      options.onRestart(how);
      try {
        current = await options.start(current);
      } catch (error) {
        if (!stopping) options.onGiveUp(error instanceof Error ? error.message : String(error));
        return;
      }
      if (stopping) {
        await current.stop();
        return;
      }
      options.onRestarted();
    }
  };
  const watching = watch();

  return {
    first,
    async stop() {
      stopping = true;
      await current.stop();
      // A restart that is under way finishes first, so that its process is known.
      await watching;
    },
  };
}
