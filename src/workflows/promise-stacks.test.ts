import type { ActivateInput } from '@temporalio/workflow';
import { withoutPromiseStacks } from './promise-stacks';

const { Error: real } = globalThis;
afterEach(() => {
  globalThis.Error = real;
});

const input: ActivateInput = { activation: { jobs: [] }, batchIndex: 0 };
/** `stack` reads where it was made, which is what costs. */
const framesOf = ({ stack = '' }: Error) => stack.split('\n').filter((line) => /^\s+at /.test(line)).length;

describe('while workflow code runs', () => {
  const { activate, concludeActivation } = withoutPromiseStacks();
  const conclude = () => concludeActivation?.({ commands: [] }, (given) => given);
  /** What is made by a handler. */
  const inside = <T>(make: () => T): T => {
    let made: T | undefined;
    activate?.(input, () => {
      made = make();
    });
    return made as T;
  };

  it('an error that says nothing, as one is made for each promise, knows no place', () => {
    expect(framesOf(inside(() => new Error()))).toBe(0);
    expect(framesOf(new Error())).toBe(0);
  });

  it('one that says something does', () => {
    expect(framesOf(inside(() => new Error('made by a handler')))).toBeGreaterThan(0);
    expect(framesOf(inside(() => new Error('with a cause', { cause: 'this' })))).toBeGreaterThan(0);
    expect(framesOf(inside(() => new TypeError()))).toBeGreaterThan(0);
  });

  it('both are errors as any others', () => {
    class Own extends Error {}
    for (const made of [
      new Error(),
      Error(),
      new Error('said'),
      Error('said'),
      new TypeError('typed'),
      new Own('own'),
    ]) {
      expect(made).toBeInstanceOf(real);
      expect(made).toBeInstanceOf(Error);
    }
    const made = inside(() => [new Error(), new Error('said', { cause: 'this' }), new Own('own')] as const);
    for (const each of made) expect(each).toBeInstanceOf(real);
    expect(made[0]).toMatchObject({ name: 'Error', message: '' });
    expect(made[1]).toMatchObject({ name: 'Error', message: 'said', cause: 'this' });
    expect(made[2]).toMatchObject({ message: 'own' });
    const OfTheSandbox = inside(() => class extends Error {});
    expect(inside(() => new OfTheSandbox('own'))).toBeInstanceOf(OfTheSandbox);
  });

  it('an error of after it knows its place again, whether or not the one before was concluded', () => {
    inside(() => new Error());
    inside(() => new Error());
    conclude();
    expect(framesOf(new Error())).toBeGreaterThan(0);
  });
});
