import { condition, defineSignal, setHandler } from '@temporalio/workflow';

/** The floor of a session: counts its signals, and that is all. It goes on until it is terminated. */
export async function bareSession(): Promise<number> {
  let signals = 0;
  setHandler(defineSignal('message'), () => {
    signals++;
  });
  await condition(() => signals < 0);
  return signals;
}
