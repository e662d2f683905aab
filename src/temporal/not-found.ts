import { isGrpcServiceError } from '@temporalio/client';

/** gRPC's code for "there is no such thing". */
const notFound = 5;
/** What the production server says instead of a history that it has deleted, with gRPC's "invalid argument". */
const invalidArgument = 3;
const historyIsGone = /history not found/i;

/** Temporal knows of no such workflow, of none that runs, or of its history no more. */
export const isNotFound = (error: unknown): boolean =>
  isGrpcServiceError(error) &&
  (error.code === notFound || (error.code === invalidArgument && historyIsGone.test(error.details)));
