import { useMutation, useQueryClient } from '@tanstack/react-query';
import { BellOff, BellRing, Ellipsis, Flag, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, type Session } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { Button, Menu, MenuItem, MenuSeparator, useToasts } from '../../ui';
import { useSessionChannel } from '../sessions/channel-name';
import { EndSessionDialog } from './end-session-dialog';
import { EraseConversationDialog } from './erase-conversation-dialog';

/** What may be done to a session and its conversation. */
export function SessionActions({ session }: { session: Session }) {
  const [asking, setAsking] = useState<'end' | 'erase' | null>(null);
  const { channel } = useSessionChannel(session.channelId);
  const optOut = useOptOut(session);
  const optedOut = isOptedOut(session);
  // Where ids are stored as pseudonyms only the gateway can name the conversation.
  const canName = channel !== undefined && !channel.hashConversationIds;
  const close = () => setAsking(null);
  return (
    <>
      <Menu
        trigger={
          <Button icon={<Ellipsis size={16} aria-hidden />} busy={optOut.isPending}>
            Actions
          </Button>
        }
      >
        {canName && session.status === 'open' && (
          <MenuItem icon={<Flag size={15} aria-hidden />} onSelect={() => setAsking('end')}>
            End session
          </MenuItem>
        )}
        {canName && optedOut !== true && (
          <MenuItem icon={<BellOff size={15} aria-hidden />} onSelect={() => optOut.mutate(true)}>
            Opt out of followups
          </MenuItem>
        )}
        {canName && optedOut !== false && (
          <MenuItem icon={<BellRing size={15} aria-hidden />} onSelect={() => optOut.mutate(false)}>
            Opt in again
          </MenuItem>
        )}
        {canName && <MenuSeparator />}
        <MenuItem danger icon={<Trash2 size={15} aria-hidden />} onSelect={() => setAsking('erase')}>
          Erase conversation
        </MenuItem>
      </Menu>
      {asking === 'end' && <EndSessionDialog session={session} onClose={close} />}
      {asking === 'erase' && <EraseConversationDialog session={session} onClose={close} />}
    </>
  );
}

/** null: the session does not tell. */
function isOptedOut({ status, followups }: Session): boolean | null {
  if (status === 'ended' || followups.length === 0) return null;
  return followups.some(({ reason }) => reason === 'opted_out') ? true : followups.every(isSpent) ? null : false;
}
const isSpent = ({ status }: Session['followups'][number]) => status !== 'skipped' && status !== 'waiting';

function useOptOut({ id, channelId, conversationId }: Session) {
  const client = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: (optedOut: boolean) => {
      const conversation = { channelId, conversationId };
      return optedOut ? api.optOut(conversation) : api.optIn(conversation);
    },
    onSuccess: (_, optedOut) => {
      void client.invalidateQueries({ queryKey: queryKeys.session(id) });
      if (optedOut) toasts.done('Opted out', 'Nothing more is sent to this conversation.');
      else toasts.done('Opted in again', 'What came due in between is not made up for.');
    },
    onError: (error) => toasts.failed(error),
  });
}
