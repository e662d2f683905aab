import { type ReactNode, useRef } from 'react';
import { useMayEdit } from '../api/console-session';
import type { Editing } from '../api/editing';
import { ConflictDialog, SaveBar, useFirstError } from '../ui';
import styles from './editing-form.module.css';
import { LeaveGuard } from './leave-guard';

/**
 * Settings of a page that are saved together: its fields, the bar that saves them, and the choice where somebody else
 * was faster. Who may only look cannot change them, and nobody leaves without being asked.
 */
export function EditingForm<Draft>({
  what,
  label,
  editing,
  problems,
  beforeSaving,
  children,
}: {
  /** What is edited: "agent". */
  what: string;
  label: string;
  editing: Editing<Draft>;
  /** What the last attempt failed for, where no field says so. */
  problems: ReactNode;
  /** What to know before saving, if anything. */
  beforeSaving?: ReactNode;
  /** The fields. */
  children: ReactNode;
}) {
  const mayEdit = useMayEdit();
  const form = useRef<HTMLFormElement>(null);
  const { failed, conflict } = editing;
  useFirstError(form, failed?.error);
  return (
    <>
      <form
        id={what}
        ref={form}
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          editing.save();
        }}
      >
        <fieldset className={styles.fieldset} disabled={!mayEdit} aria-label={label}>
          {children}
        </fieldset>
      </form>
      {problems}
      {editing.isChanged && (
        <SaveBar form={what} busy={editing.isSaving} onDiscard={editing.discard}>
          {beforeSaving}
        </SaveBar>
      )}
      <LeaveGuard unsaved={editing.isChanged} />
      {conflict && (
        <ConflictDialog
          what={what}
          differences={conflict.differences}
          theirsAlone={conflict.theirsAlone}
          onKeepMine={editing.keepMine}
          onTakeTheirs={editing.takeTheirs}
          onClose={editing.decideLater}
        />
      )}
    </>
  );
}
