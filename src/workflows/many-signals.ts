import type { WorkflowInternalsInterceptor } from '@temporalio/workflow';

/** From so many on, what came together is a flood: a busy session has a few at a time. */
const flood = 100;

/** Makes what is an error in every way, but does not know where it was made. */
function StacklessError(message?: string): Error {
  return Object.create(StacklessError.prototype, {
    message: { value: message ?? '', writable: true, configurable: true },
    stack: { value: `Error: ${message ?? ''}`, writable: true, configurable: true },
  });
}
// `instanceof` cannot tell them apart, and it can do what else an `Error` can.
StacklessError.prototype = Error.prototype;
Object.setPrototypeOf(StacklessError, Error);

/**
 * Takes many signals at once without noting where in the code each of their promises was made.
 *
 * The SDK notes that for its `__stack_trace` query, by the stack of a new error, and it is most of what a signal costs.
 * Ten thousand, which is what a session can hold when its workers come back, took five seconds or more; now it is one.
 * Until that task is done plain errors have their message and no stack.
 */
export function manySignals(): WorkflowInternalsInterceptor {
  const { Error: real } = globalThis;
  return {
    activate(input, next) {
      const isFlood = (input.activation.jobs?.length ?? 0) >= flood;
      // Of its own fields nothing can be changed: it is shared by all workflows, and frozen.
      globalThis.Error = isFlood ? (StacklessError as unknown as ErrorConstructor) : real;
      next(input);
    },
    concludeActivation(input, next) {
      globalThis.Error = real;
      return next(input);
    },
  };
}
