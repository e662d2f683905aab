import { useBlocker } from '@tanstack/react-router';
import { ConfirmDialog } from '../ui';

/** Asks before a page with unsaved changes is left, or its window is closed. */
export function LeaveGuard({ unsaved }: { unsaved: boolean }) {
  const blocked = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved && current.pathname !== next.pathname,
    enableBeforeUnload: unsaved,
    withResolver: true,
  });
  return (
    <ConfirmDialog
      open={blocked.status === 'blocked'}
      onOpenChange={(open) => !open && blocked.reset?.()}
      title="Leave without saving?"
      confirm="Leave"
      danger
      onConfirm={() => blocked.proceed?.()}
    >
      Your changes on this page will be lost.
    </ConfirmDialog>
  );
}
