import { type FromChat, frameMessage, type ToChat } from './frame-messages';

export type Frame = {
  /** Whether the embed script of some page holds the chat. */
  embedded: boolean;
  tell(message: FromChat): void;
};

/**
 * The way to the page that holds this one in a frame. The embed script names its page's origin in `?parent=`; whoever
 * else frames the chat is listened to on the chat's own origin only. Nobody is told anything where the origin is another.
 */
export function connectFrame(search: URLSearchParams, take: (message: ToChat) => void): Frame {
  const named = originOf(search.get('parent'));
  const origin = named ?? location.origin;
  const framed = window.parent !== window;

  window.addEventListener('message', (event) => {
    if (!framed || event.source !== window.parent || event.origin !== origin) return;
    const message = frameMessage<ToChat>(event.data);
    if (message?.type === 'followups:restart' && origin !== location.origin) return;
    if (message) take(message);
  });

  return {
    embedded: framed && named !== null,
    tell(message) {
      if (!framed) return;
      if (message.type === 'followups:conversation' && origin !== location.origin) return;
      window.parent.postMessage(message, origin);
    },
  };
}

function originOf(given: string | null): string | null {
  try {
    const { origin } = new URL(given ?? '');
    return origin === given && origin !== 'null' ? origin : null;
  } catch {
    return null;
  }
}
