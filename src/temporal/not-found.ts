import { isGrpcServiceError } from '@temporalio/client';

/** gRPC's code for "there is no such thing". */
const notFound = 5;

/** Temporal knows of no such workflow, or none that runs. */
export const isNotFound = (error: unknown): boolean => isGrpcServiceError(error) && error.code === notFound;
