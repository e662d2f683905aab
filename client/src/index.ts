export type * from './api-types';
export type { CallOptions, ChangeOptions, CreateOptions, StreamedEvent } from './calls';
export { type ClientSettings, createFollowupsClient } from './client';
export { type FieldProblem, NoAnswerError, ProblemError } from './errors';
export {
  createGatewayHandler,
  type DeliveredStore,
  type GatewayAnswer,
  type GatewayResponse,
  type GatewaySettings,
  RefuseDelivery,
  rememberInMemory,
} from './gateway';
export { every, type Page } from './pages';
export { SignatureError, type VerifiedWebhook, verifyWebhook } from './webhooks';
