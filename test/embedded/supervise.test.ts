import { spawn } from 'node:child_process';
import { type EmbeddedServer, exitOf } from '../../src/embedded/embedded-server';
import { isAlive, stopProcess } from '../../src/embedded/processes';
import { supervise } from '../../src/embedded/supervise';
import { eventually } from '../support/eventually';

/** A real process that stands for a server. */
function startProcess(): EmbeddedServer {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  const exited = exitOf(child);
  const pid = child.pid ?? 0;
  return { pid, exited, stop: () => stopProcess(pid, [{ signal: 'SIGTERM', to: 'process', waitMs: 5_000 }]) };
}

function supervised(start: (earlier: EmbeddedServer | null) => Promise<EmbeddedServer>) {
  const events: string[] = [];
  const started: EmbeddedServer[] = [];
  const supervision = supervise({
    start: async (earlier) => {
      const server = await start(earlier);
      started.push(server);
      return server;
    },
    onRestart: (how) => events.push(`restart after ${how}`),
    onRestarted: () => events.push('restarted'),
    onGiveUp: (why) => events.push(`gave up: ${why}`),
  });
  const kill = () => process.kill(started.at(-1)?.pid ?? 0, 'SIGKILL');
  return { supervision, events, started, kill };
}

describe('a supervised server', () => {
  it('is started again when it dies, and not when it is stopped', async () => {
    const { supervision, events, started, kill } = supervised(async () => startProcess());
    const { first, stop } = await supervision;
    expect(first).toBe(started[0]);
    kill();
    await eventually('a restart', () => events.includes('restarted'));
    await stop();
    expect(events).toEqual(['restart after signal SIGKILL', 'restarted']);
    expect(started.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
  });

  it('is given up when it cannot be started again', async () => {
    const { supervision, events, kill } = supervised(async (earlier) => {
      if (earlier !== null) throw new Error('the disk is full');
      return startProcess();
    });
    const { stop } = await supervision;
    kill();
    await eventually('the end', () => events.includes('gave up: the disk is full'));
    await stop();
  });

  it('is given up when it dies again and again', async () => {
    const { supervision, events, kill } = supervised(async () => startProcess());
    const { stop } = await supervision;
    for (let death = 1; death <= 6; death += 1) {
      kill();
      await eventually(`what follows death ${death}`, () =>
        death < 6
          ? events.filter((event) => event === 'restarted').length === death
          : events.some((event) => event.startsWith('gave up: it ended 6 times')),
      );
    }
    await stop();
  });

  it('is stopped for good while it is being started again', async () => {
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { supervision, events, started, kill } = supervised(async (earlier) => {
      if (earlier !== null) await held;
      return startProcess();
    });
    const { stop } = await supervision;
    kill();
    await eventually('the restart', () => events.length === 1);
    const stopped = stop();
    goOn();
    await stopped;
    expect(started).toHaveLength(2);
    expect(started.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
  });
});
