import type { Followup } from '../../api/client';
import { ConfirmDialog } from '../../ui';
import { queuedInWords } from './queued-in-words';

/** Asks before queued messages are dropped. */
export function SwitchOffDialog({
  followup,
  queued,
  onClose,
  onConfirm,
}: {
  followup: Followup;
  queued: number | null;
  onClose: () => void;
  onConfirm: () => void;
}) {
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Deactivate “${followup.title}”?`}
      confirm="Deactivate"
      onConfirm={onConfirm}
    >
      <p>{queuedInWords(queued)}</p>
      <p>You can activate it again at any time; it then sends nothing for what has passed.</p>
    </ConfirmDialog>
  );
}
