import * as z from 'zod';
import { id } from './common';

export const agentParams = z.strictObject({ agentId: id('agt', 'The agent.') });
export const channelParams = z.strictObject({ channelId: id('ch', 'The channel.') });
export const followupParams = z.strictObject({ followupId: id('flw', 'The followup.') });
export const sessionParams = z.strictObject({ sessionId: id('ses', 'The session.') });
export const deliveryParams = z.strictObject({ deliveryId: id('dlv', 'The delivery.') });
export const keyParams = z.strictObject({ keyId: id('key', 'The key.') });
