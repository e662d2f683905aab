export { conversationSession } from './conversation-session';
