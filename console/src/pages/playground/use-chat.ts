import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { type FromChat, frameMessage, type ToChat } from '../../../webchat/frame-messages';

export type Chat = {
  frame: RefObject<HTMLIFrameElement | null>;
  /** Whose conversation the chat shows; null: nobody has written yet. */
  conversationId: string | null;
  /** Begins as a new visitor, as soon as the chat listens. */
  restart: () => void;
};

/** Talks with the chat's page in its frame, which is of our own origin. */
export function useChat(): Chat {
  const frame = useRef<HTMLIFrameElement>(null);
  /** The page in the frame, from when it listens until it is left. */
  const listening = useRef<MessageEventSource | null>(null);
  const isToRestart = useRef(false);
  const [conversationId, setConversationId] = useState<string | null>(null);

  const restart = useCallback(() => {
    const chat = frame.current?.contentWindow;
    setConversationId(null);
    isToRestart.current = !chat || listening.current !== chat;
    if (isToRestart.current) return;
    // It loads anew, and says when it listens again.
    listening.current = null;
    const message: ToChat = { type: 'followups:restart' };
    chat?.postMessage(message, window.location.origin);
  }, []);

  useEffect(() => {
    const take = ({ origin, source, data }: MessageEvent) => {
      if (origin !== window.location.origin || source !== frame.current?.contentWindow) return;
      const message = frameMessage<FromChat>(data);
      if (message?.type === 'followups:conversation') setConversationId(message.conversationId);
      if (message?.type !== 'followups:ready') return;
      listening.current = source;
      setConversationId(null);
      if (isToRestart.current) restart();
    };
    window.addEventListener('message', take);
    return () => window.removeEventListener('message', take);
  }, [restart]);

  return { frame, conversationId, restart };
}
