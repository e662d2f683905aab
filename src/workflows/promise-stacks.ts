import type { WorkflowInternalsInterceptor } from '@temporalio/workflow';

/** An error without a message and without knowing where it was made, but an error in every other way. */
const traceless = (prototype: object): Error =>
  Object.create(prototype, {
    message: { value: '', writable: true, configurable: true },
    stack: { value: 'Error', writable: true, configurable: true },
  });

/** What stands for `Error` while workflow code runs: it looks at the stack only for errors that say something. */
function errorsThatSaySomething(real: ErrorConstructor): ErrorConstructor {
  function SandboxError(...given: Parameters<ErrorConstructor>): Error {
    const kind = new.target ?? SandboxError;
    if (kind !== SandboxError) return Reflect.construct(real, given, kind);
    return given.length === 0 ? traceless(real.prototype) : new real(...given);
  }
  // `instanceof` cannot tell them apart, and it can do what else an `Error` can.
  SandboxError.prototype = real.prototype;
  return Object.setPrototypeOf(SandboxError, real) as ErrorConstructor;
}

/**
 * Runs workflow code without noting where in it each promise was made.
 *
 * For its `__stack_trace` query, the *Call Stack* of the Web UI, the SDK makes an error without a message for every promise,
 * and reads its stack. That was more than a quarter of what a message costs a worker, and most of it when ten thousand
 * come at once after an outage: five seconds and more, now one. A session's details say what it waits for
 * (docs/adr/0021-no-stacks-of-promises.md).
 */
export function withoutPromiseStacks(): WorkflowInternalsInterceptor {
  const { Error: real } = globalThis;
  const substitute = errorsThatSaySomething(real);
  return {
    activate(input, next) {
      // Of its own fields nothing can be changed: it is shared by all workflows, and frozen.
      globalThis.Error = substitute;
      next(input);
    },
    concludeActivation(input, next) {
      globalThis.Error = real;
      return next(input);
    },
  };
}
