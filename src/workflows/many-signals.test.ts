import type { ActivateInput } from '@temporalio/workflow';
import { manySignals } from './many-signals';

const { Error: real } = globalThis;
afterEach(() => {
  globalThis.Error = real;
});

const together = (signals: number): ActivateInput => ({
  activation: { jobs: Array.from({ length: signals }, () => ({ signalWorkflow: { signalName: 'message' } })) },
  batchIndex: 0,
});
/** `stack` reads where it was made, which is what costs. */
const framesOf = ({ stack = '' }: Error) => stack.split('\n').filter((line) => /^\s+at /.test(line)).length;

describe('signals that come together', () => {
  const { activate, concludeActivation } = manySignals();
  const conclude = () => concludeActivation?.({ commands: [] }, (input) => input);

  it('are traced as ever when they are few', () => {
    activate?.(together(99), () => {});
    expect(framesOf(new Error('made by a handler'))).toBeGreaterThan(0);
  });

  it('are not traced when they are very many, nor is what goes on from them', () => {
    let frames = -1;
    activate?.(together(10_000), () => {
      frames = framesOf(new Error('made by a handler'));
    });
    expect(frames).toBe(0);
    expect(framesOf(new Error('made by what waited'))).toBe(0);
    conclude();
    expect(framesOf(new Error('made later'))).toBeGreaterThan(0);
  });

  it('may still fail with an error as any other', () => {
    let made: unknown;
    activate?.(together(10_000), () => {
      made = new Error('by a handler');
    });
    expect(made).toBeInstanceOf(real);
    expect(made).toBeInstanceOf(Error);
    expect(new TypeError('of another kind')).toBeInstanceOf(Error);
    expect(made).toMatchObject({ name: 'Error', message: 'by a handler' });
  });

  it('are traced again after a task that was never concluded', () => {
    activate?.(together(10_000), () => {});
    activate?.(together(1), () => {});
    expect(framesOf(new Error('made by a handler'))).toBeGreaterThan(0);
  });
});
