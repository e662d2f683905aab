import { DefaultFailureConverter } from '@temporalio/common';

/** Puts messages and stack traces of failures into a payload, which a codec encrypts. Found by its path. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
