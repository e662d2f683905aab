import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from './eventually';

const register = join(__dirname, 'register-typescript.cjs');

export interface RunningScript {
  child: ChildProcess;
  pid: number;
  /** What it has written until now, both streams together. */
  output(): string;
  /** Waits until the output holds this text; throws with the output when it does not come. */
  says(text: string, timeoutMs?: number): Promise<void>;
  /** The exit code, or the signal's name. */
  ended: Promise<number | string>;
}

/** Runs a piece of TypeScript in a process of its own, with the repository's `src` at `./src`. */
export function runScript(code: string, env: NodeJS.ProcessEnv = {}): RunningScript {
  const root = join(__dirname, '..', '..');
  return runProcess(process.execPath, ['-r', register, '-e', code], { ...process.env, ...env }, root);
}

/** Runs a program and keeps what it says. */
export function runProcess(program: string, args: string[], env: NodeJS.ProcessEnv, cwd?: string): RunningScript {
  const child = spawn(program, args, { env, ...(cwd === undefined ? {} : { cwd }), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (exitCode, signal) => resolve(signal ?? exitCode ?? 'unknown'));
  });
  return {
    child,
    pid: child.pid ?? 0,
    output: () => output,
    says: async (text, timeoutMs = 30_000) => {
      await eventually(
        `The output "${text}"`,
        () => {
          if (!output.includes(text)) throw new Error(output);
          return true;
        },
        timeoutMs,
      );
    },
    ended,
  };
}
