import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FlaskConical, RotateCcw } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Channel, Followup } from '../../api/client';
import { useMayEdit } from '../../api/console-session';
import { queryKeys } from '../../api/keys';
import { useAgent } from '../../shell/agent';
import { useFilters } from '../../shell/filters';
import { useTheme } from '../../shell/theme';
import { Button, Card, EmptyState, ErrorState, Loading, Notice, Page, useToasts } from '../../ui';
import { delayInWords } from '../../words/delays';
import { type Playground as Arranged, arrangePlayground, findPlayground } from './arrange';
import { IgnoreHours } from './ignore-hours';
import styles from './playground.module.css';
import { Explained, Happened } from './session-panel';
import { Speak } from './speak';
import { Steps } from './steps';
import { TriedFollowup } from './tried-followup';
import { type Chat, useChat } from './use-chat';
import { useConversationSession } from './use-conversation';

/** Where a followup arrives before one's eyes. */
export function Playground() {
  const agent = useAgent();
  const mayEdit = useMayEdit();
  const chat = useChat();
  const playground = useQuery<Arranged>({
    queryKey: queryKeys.playground(agent.id),
    queryFn: () => findPlayground(agent.id),
  });
  const arrange = useArrange(chat);
  const { channel, followup } = playground.data ?? {};
  const isThere = channel && followup;
  const copying = useCopyOf(arrange.mutate, mayEdit);
  return (
    <PlaygroundPage
      actions={
        isThere && (
          <>
            <IgnoreHours channel={channel} />
            <Button icon={<RotateCcw size={15} aria-hidden />} onClick={chat.restart} title="As a new visitor">
              Start over
            </Button>
          </>
        )
      }
    >
      {arrange.isError && <ErrorState error={arrange.error} onRetry={() => arrange.mutate(arrange.variables)} />}
      {copying && !mayEdit && (
        <Notice>You are signed in to look only: an admin key may copy a followup into the Playground.</Notice>
      )}
      {playground.isPending || (isThere && arrange.isPending) ? (
        <Card flush>
          <Loading label="Loading the Playground" lines={8} />
        </Card>
      ) : playground.isError && !playground.data ? (
        <ErrorState error={playground.error} onRetry={() => void playground.refetch()} />
      ) : isThere ? (
        <Room channel={channel} followup={followup} chat={chat} />
      ) : (
        <Card flush>
          <NotYet busy={arrange.isPending} onTry={() => arrange.mutate(null)} />
        </Card>
      )}
    </PlaygroundPage>
  );
}

const PlaygroundPage = ({ actions, children }: { actions: ReactNode; children: ReactNode }) => (
  <Page
    title="Playground"
    description="Be the user, the agent and the operator. Nothing here counts in the statistics."
    actions={actions}
  >
    {children}
  </Page>
);

/** Makes what is missing, and what is to be tried. Another followup is tried by another visitor. */
function useArrange(chat: Chat) {
  const agent = useAgent();
  const client = useQueryClient();
  const toasts = useToasts();
  const [, setFilters] = useFilters<'followup'>();
  return useMutation({
    mutationFn: (sourceId: string | null) => arrangePlayground(agent.id, sourceId),
    onSuccess: async ({ playground, isReplaced }, sourceId) => {
      const queryKey = queryKeys.playground(agent.id);
      await client.cancelQueries({ queryKey });
      client.setQueryData<Arranged>(queryKey, playground);
      void client.invalidateQueries({ queryKey: queryKeys.channels(agent.id) });
      void client.invalidateQueries({ queryKey: queryKeys.followups(agent.id) });
      if (isReplaced) chat.restart();
      if (sourceId === null) return;
      setFilters({ followup: undefined });
      toasts.done('It is here to be tried', `It comes after ${delayInWords(playground.followup.delaySeconds)}.`);
    },
  });
}

/** Copies the followup that the URL names, once. */
function useCopyOf(copy: (followupId: string) => void, mayEdit: boolean): boolean {
  const [{ followup }] = useFilters<'followup'>();
  const copied = useRef<string>(undefined);
  useEffect(() => {
    if (followup === undefined || !mayEdit || copied.current === followup) return;
    copied.current = followup;
    copy(followup);
  }, [followup, mayEdit, copy]);
  return followup !== undefined;
}

function NotYet({ busy, onTry }: { busy: boolean; onTry: () => void }) {
  const mayEdit = useMayEdit();
  return (
    <EmptyState
      icon={<FlaskConical size={22} />}
      title="See a followup arrive"
      action={
        mayEdit && (
          <Button kind="primary" onClick={onTry} busy={busy}>
            Try it
          </Button>
        )
      }
    >
      {mayEdit
        ? 'This makes a web chat and a followup of 10 seconds that are for trying alone: no user of yours meets them.'
        : 'Nobody has set it up for this agent yet. An admin key may do so.'}
    </EmptyState>
  );
}

function Room({ channel, followup, chat }: { channel: Channel; followup: Followup; chat: Chat }) {
  const theme = useTheme();
  const mayEdit = useMayEdit();
  const asked = useConversationSession(channel.id, chat.conversationId);
  const session = asked.data ?? null;
  return (
    <>
      <Steps session={session} followup={followup} />
      <div className={styles.room}>
        <section className={styles.chat} aria-label="The chat, as your users see it">
          <iframe
            ref={chat.frame}
            title="Chat"
            src={`/webchat/${channel.id}?theme=${theme}`}
            className={styles.frame}
          />
        </section>
        <div className={styles.beside}>
          {mayEdit && <Speak channelId={channel.id} conversationId={chat.conversationId} session={session} />}
          <Explained asked={asked} followup={followup} />
          <TriedFollowup key={followup.id} followup={followup} />
          {session && <Happened session={session} followup={followup} />}
        </div>
      </div>
    </>
  );
}
