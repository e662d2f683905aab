import { Link } from '@tanstack/react-router';
import { MessagesSquare } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Followup } from '../../api/client';
import { useChannels, useFollowups } from '../../api/lists';
import { fieldErrors, inWords } from '../../api/problems';
import { useAgent } from '../../shell/agent';
import { Button, ConfirmDialog, ConflictDialog, Dialog, EmptyState, ErrorState, Loading, Notice } from '../../ui';
import styles from './followup-dialog.module.css';
import { FollowupFields } from './followup-fields';
import { MeasureFirst } from './measure-first';
import { useFollowupForm } from './use-followup-form';
import { copyOf, fields, fieldsInWords, newValues, valuesOf } from './values';
import { whatItDoes } from './what-it-does';

type Told = {
  onClose: () => void;
  onSaved: (followup: Followup, isNew: boolean) => void;
};

/** Makes a followup, as a copy of `copied` or from the start; or edits `edited`. */
export function FollowupDialog({ edited, copied, ...told }: Told & { edited?: Followup; copied?: Followup }) {
  const agent = useAgent();
  const channels = useChannels(agent.id);
  const followups = useFollowups(agent.id);
  const title = edited ? 'Edit Followup' : 'New Followup';
  const waiting = (content: ReactNode) => (
    <Dialog open onOpenChange={(open) => !open && told.onClose()} title={title}>
      {content}
    </Dialog>
  );
  if (channels.isPending || followups.isPending) return waiting(<Loading />);
  if (channels.isError) {
    return waiting(<ErrorState error={channels.error} onRetry={() => void channels.refetch()} />);
  }
  if (followups.isError) {
    return waiting(<ErrorState error={followups.error} onRetry={() => void followups.refetch()} />);
  }
  if (channels.data.length === 0 && !edited) {
    return waiting(
      <EmptyState
        icon={<MessagesSquare size={22} />}
        title="There is no channel yet"
        action={
          <Link to="/agents/$agentId/channels" params={{ agentId: agent.id }} onClick={told.onClose}>
            Go to Channels
          </Link>
        }
      >
        A followup is sent on the channels of its agent. Make one first: a web chat needs nothing else, a webhook leads
        to a gateway of your own.
      </EmptyState>,
    );
  }
  const start = edited ? valuesOf(edited) : copied ? copyOf(copied, channels.data) : newValues(channels.data);
  return (
    <Form
      {...told}
      title={title}
      edited={edited ?? null}
      start={start}
      channels={channels.data}
      followups={followups.data}
    />
  );
}

type FormProps = Told & {
  title: string;
  edited: Followup | null;
  start: ReturnType<typeof valuesOf>;
  channels: NonNullable<ReturnType<typeof useChannels>['data']>;
  followups: Followup[];
};

function Form({ title, edited, start, channels, followups, onClose, onSaved }: FormProps) {
  const agent = useAgent();
  // A channel that is on no list is made for the Playground.
  const hidden = start.channelIds.map((id): [string, string] => [id, 'the Playground']);
  const channelNames = new Map([...hidden, ...channels.map(({ id, name }): [string, string] => [id, name])]);
  const form = useFollowupForm({ edited, start, fieldsInWords: fieldsInWords(channelNames), onClose, onSaved });
  const { values, save, conflict } = form;
  const errors = { ...fieldErrors(save.error, fields), ...form.unfinished };
  const [isLeaving, setIsLeaving] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const failed = Object.keys(errors).length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each failed attempt brings the keyboard to what is wrong
  useEffect(() => {
    if (failed) body.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [failed, save.error]);

  if (conflict) {
    return (
      <ConflictDialog
        what="followup"
        differences={conflict.differences}
        theirsAlone={conflict.theirsAlone}
        onKeepMine={form.keepMine}
        onTakeTheirs={form.takeTheirs}
        onClose={form.decideLater}
      />
    );
  }

  // An error of no field: about the request as a whole, or of something else than the request.
  const other = save.error && (errors[''] ?? (failed ? null : inWords(save.error).detail));
  const says = whatItDoes(
    values,
    values.channelIds.flatMap((id) => channelNames.get(id) ?? []),
    agent.identity.availability,
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && (form.isChanged ? setIsLeaving(true) : onClose())}
      title={title}
      onSubmit={form.submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <div className={styles.fields} ref={body}>
        {other && (
          <Notice tone="bad" title="Not saved">
            {other}
          </Notice>
        )}
        <FollowupFields values={values} errors={errors} channels={channels} onChange={form.change} />
        <p className={styles.says} aria-live="polite">
          {says ?? 'Give it a delay to see what it will do.'}
        </p>
        <MeasureFirst start={start} values={values} edited={edited} channels={channels} followups={followups} />
      </div>
      <ConfirmDialog
        open={isLeaving}
        onOpenChange={setIsLeaving}
        title="Close without saving?"
        confirm="Discard"
        danger
        onConfirm={onClose}
      >
        What you have typed will be lost.
      </ConfirmDialog>
    </Dialog>
  );
}
