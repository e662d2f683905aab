import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { v4 as randomUuid } from 'uuid';
import { api, type Followup, isProblem } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { useToasts } from '../../ui';
import { type FieldsInWords, type Merge, merge } from '../../words/merge';
import { storeFollowup } from './store';
import { differing, type FollowupField, type FollowupValues, inputOf, patchOf, valuesOf } from './values';

/** Somebody else saved first, and gave other values to what we have changed. */
type Conflict = Merge<FollowupValues> & { base: Base };

type Base = { values: FollowupValues; revision: number | null };

/** What is filled in, how it is saved, and what to do when somebody else was faster. */
export function useFollowupForm({
  edited,
  start,
  fieldsInWords,
  onClose,
  onSaved,
}: {
  edited: Followup | null;
  start: FollowupValues;
  fieldsInWords: FieldsInWords<FollowupValues>;
  onClose: () => void;
  onSaved: (followup: Followup, isNew: boolean) => void;
}) {
  const client = useQueryClient();
  const toasts = useToasts();
  // The key goes with the values: saving the same again, after an answer that was lost, makes no second followup.
  const [draft, setDraft] = useState(() => ({ values: start, key: randomUuid() }));
  const [base, setBase] = useState<Base>({ values: start, revision: edited?.revision ?? null });
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [submitted, setSubmitted] = useState(false);
  const { values } = draft;
  const unfinished = submitted ? unfinishedOf(values) : {};

  /** What is typed from here on, and what changes are told from. */
  const goOn = (from: Base, next: FollowupValues) => {
    setBase(from);
    setDraft({ values: next, key: randomUuid() });
    setConflict(null);
  };

  /** Saves, or finds out that both have changed the same: then null. */
  async function write(from: Base, given: FollowupValues): Promise<Followup | null> {
    if (!edited || from.revision === null) return api.createFollowup(inputOf(given), { idempotencyKey: draft.key });
    const followupId = edited.id;
    try {
      const patch = patchOf(given, differing(given, from.values));
      return await api.editFollowup({ followupId }, patch, { revision: from.revision });
    } catch (error) {
      if (!isProblem(error, 'precondition_failed')) throw error;
    }
    const theirs = await api.getFollowup({ followupId });
    storeFollowup(client, theirs);
    const now: Base = { values: valuesOf(theirs), revision: theirs.revision };
    const merged = merge(fieldsInWords, { before: from.values, mine: given, theirs: now.values });
    if (merged.differences.length > 0) {
      setConflict({ ...merged, base: now });
      return null;
    }
    goOn(now, merged.keepMine);
    return write(now, merged.keepMine);
  }

  const save = useMutation({
    mutationFn: ({ from, given }: { from: Base; given: FollowupValues }) => write(from, given),
    onSuccess: (followup) => {
      if (!followup) return;
      storeFollowup(client, followup);
      void client.invalidateQueries({ queryKey: queryKeys.followups(followup.agentId) });
      if (edited) toasts.done(`“${followup.title}” was saved`, edited.status === 'active' ? atWork : undefined);
      else toasts.done(`“${followup.title}” is active`, atWork);
      onSaved(followup, !edited);
    },
  });

  return {
    values,
    save,
    conflict,
    unfinished,
    isChanged: differing(values, base.values).length > 0,
    change: (changes: Partial<FollowupValues>) =>
      setDraft((before) => ({ values: { ...before.values, ...changes }, key: randomUuid() })),
    submit: () => {
      setSubmitted(true);
      if (Object.keys(unfinishedOf(values)).length > 0) return;
      if (edited && differing(values, base.values).length === 0) onClose();
      else save.mutate({ from: base, given: values });
    },
    keepMine: () => {
      if (!conflict) return;
      goOn(conflict.base, conflict.keepMine);
      save.mutate({ from: conflict.base, given: conflict.keepMine });
    },
    /** What only we have changed is still to be saved. */
    takeTheirs: () => conflict && goOn(conflict.base, conflict.takeTheirs),
    decideLater: () => setConflict(null),
  };
}

const atWork = 'It is at work at once, in open sessions as well.';

/** A length that was chosen without a number would be the default to the API. */
function unfinishedOf(values: FollowupValues): Partial<Record<FollowupField, string>> {
  const fields = (['cooldownSeconds', 'maxLatenessSeconds'] as const).filter((field) => Number.isNaN(values[field]));
  return Object.fromEntries(fields.map((field) => [field, 'Give a number, for example 12, or choose the default.']));
}
