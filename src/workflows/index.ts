export { conversationSession } from './conversation-session';
export { reconcile } from './reconcile';
export { rollOutPlan } from './roll-out-plan';
