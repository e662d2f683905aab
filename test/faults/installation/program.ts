import type { Part } from '../../cluster/part';
import type { Breakable, Program } from './installation';

/** A server or program that is a process of the harness's own. */
export function breakablePart(part: Part): Breakable {
  return {
    name: part.name,
    get running() {
      return part.running;
    },
    get pid() {
      return part.pid;
    },
    kill: () => part.kill(),
    freeze: () => part.freeze(),
    thaw() {
      if (part.running) part.thaw();
    },
    async start() {
      if (!part.running) part.launch();
      await part.ready();
    },
  };
}

/** @param url where it answers `/readyz` */
export function program(part: Part, url: string): Program {
  // Not spread: that would read `running` and `pid` once.
  return Object.defineProperties({} as Program, {
    ...Object.getOwnPropertyDescriptors(breakablePart(part)),
    launch: { value: () => part.launch() },
    stop: { value: (signal?: 'SIGTERM' | 'SIGINT') => part.stop(signal) },
    ended: { value: () => part.ended },
    log: { value: () => part.log() },
    readiness: {
      value: async () => {
        try {
          const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
          await response.body?.cancel();
          return response.status;
        } catch {
          return null;
        }
      },
    },
  });
}
