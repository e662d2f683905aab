export { conversationSession } from './conversation-session';
export { rollOutPlan } from './roll-out-plan';
