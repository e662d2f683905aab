import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Followup } from '../../api/client';
import { DeleteDialog } from './delete-dialog';
import { FollowupDialog } from './followup-dialog';
import { SendTestDialog } from './send-test-dialog';
import { SwitchOffDialog } from './switch-off-dialog';
import { useSwitching } from './use-switching';

export type FollowupAction = 'edit' | 'duplicate' | 'test' | 'activate' | 'deactivate' | 'delete';

type Open =
  | { dialog: 'new' }
  | { dialog: 'edit' | 'duplicate' | 'test'; followup: Followup }
  | { dialog: 'deactivate' | 'delete'; followup: Followup; queued: number | null };

/**
 * What can be done with followups: `act` does it or asks first, `dialogs` is to be shown somewhere on the page.
 *
 * @param onCreated told of a new followup, a duplicate included
 */
export function useFollowupActions({
  onCreated,
  onDeleted = () => {},
}: {
  onCreated: (followup: Followup) => void;
  onDeleted?: () => void;
}) {
  const [open, setOpen] = useState<Open | null>(null);
  const client = useQueryClient();
  const switching = useSwitching();
  const close = () => setOpen(null);

  /** null where it could not be found out: that must keep nobody from switching off. */
  const queuedOf = ({ id }: Followup): Promise<number | null> =>
    client
      .fetchQuery({
        queryKey: ['followups', id, 'queued'],
        queryFn: () => api.getFollowupQueued({ followupId: id }),
        staleTime: 0,
      })
      .then(
        ({ queued }) => queued,
        () => null,
      );

  async function act(action: FollowupAction, followup: Followup): Promise<void> {
    if (action === 'activate') {
      switching.mutate({ followup, status: 'active', queued: null });
    } else if (action === 'deactivate') {
      const queued = await queuedOf(followup);
      if (queued === 0) switching.mutate({ followup, status: 'inactive', queued });
      else setOpen({ dialog: action, followup, queued });
    } else if (action === 'delete') {
      setOpen({ dialog: action, followup, queued: await queuedOf(followup) });
    } else {
      setOpen({ dialog: action, followup });
    }
  }

  const saved = (followup: Followup, isNew: boolean) => {
    close();
    if (isNew) onCreated(followup);
  };
  const dialogs = open && (
    <>
      {open.dialog === 'new' && <FollowupDialog onClose={close} onSaved={saved} />}
      {open.dialog === 'edit' && <FollowupDialog edited={open.followup} onClose={close} onSaved={saved} />}
      {open.dialog === 'duplicate' && <FollowupDialog copied={open.followup} onClose={close} onSaved={saved} />}
      {open.dialog === 'test' && <SendTestDialog followup={open.followup} onClose={close} />}
      {open.dialog === 'deactivate' && (
        <SwitchOffDialog
          followup={open.followup}
          queued={open.queued}
          onClose={close}
          onConfirm={() => {
            switching.mutate({ followup: open.followup, status: 'inactive', queued: open.queued });
            close();
          }}
        />
      )}
      {open.dialog === 'delete' && (
        <DeleteDialog followup={open.followup} queued={open.queued} onClose={close} onDeleted={onDeleted} />
      )}
    </>
  );

  return { act, create: () => setOpen({ dialog: 'new' }), dialogs };
}
