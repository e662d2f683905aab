export * from './browser';
export {
  createGatewayHandler,
  type DeliveredStore,
  type GatewayAnswer,
  type GatewayResponse,
  type GatewaySettings,
  RefuseDelivery,
  rememberInMemory,
} from './gateway';
export { SignatureError, type VerifiedWebhook, verifyWebhook } from './webhooks';
