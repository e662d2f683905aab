import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { v4 as randomUuid } from 'uuid';
import { api, type Followup, isProblem } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { useToasts } from '../../ui';
import { storeFollowup } from './store';
import { differing, type FollowupField, type FollowupValues, inputOf, isSame, patchOf, valuesOf } from './values';

/** Somebody else saved first: these fields they gave other values than we have. */
type Conflict = { theirs: Followup; fields: FollowupField[] };

type Base = { values: FollowupValues; revision: number | null };

/** What is filled in, how it is saved, and what to do when somebody else was faster. */
export function useFollowupForm({
  edited,
  start,
  onClose,
  onSaved,
}: {
  edited: Followup | null;
  start: FollowupValues;
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

  /** Saves, or finds out what somebody else has changed: then null. */
  async function write(against = base): Promise<Followup | null> {
    if (!edited || against.revision === null) return api.createFollowup(inputOf(values), { idempotencyKey: draft.key });
    const patch = patchOf(values, differing(values, against.values));
    try {
      return await api.editFollowup({ followupId: edited.id }, patch, { revision: against.revision });
    } catch (error) {
      if (!isProblem(error, 'precondition_failed')) throw error;
    }
    const theirs = await api.getFollowup({ followupId: edited.id });
    storeFollowup(client, theirs);
    const fields = differing(valuesOf(theirs), against.values).filter(
      (field) => !isSame(field, values, valuesOf(theirs)),
    );
    // What both left alone, or changed alike, nobody has to choose.
    if (fields.length === 0) return write(baseOf(theirs));
    setConflict({ theirs, fields });
    return null;
  }

  const save = useMutation({
    mutationFn: ({ keepMine = false }: { keepMine?: boolean }) =>
      keepMine && conflict ? write(baseOf(conflict.theirs)) : write(),
    onSuccess: (followup) => {
      if (!followup) return;
      storeFollowup(client, followup);
      void client.invalidateQueries({ queryKey: queryKeys.followups(followup.agentId) });
      if (edited) toasts.done(`“${followup.title}” was saved`, edited.status === 'active' ? atWork : undefined);
      else toasts.done(`“${followup.title}” is active`, atWork);
      onSaved(followup, !edited);
    },
    onError: () => setConflict(null),
  });

  return {
    values,
    save,
    conflict,
    unfinished,
    change: (changes: Partial<FollowupValues>) =>
      setDraft((before) => ({ values: { ...before.values, ...changes }, key: randomUuid() })),
    submit: () => {
      setSubmitted(true);
      if (Object.keys(unfinishedOf(values)).length > 0) return;
      if (edited && differing(values, base.values).length === 0) onClose();
      else save.mutate({});
    },
    keepMine: () => save.mutate({ keepMine: true }),
    /** Takes what they changed; what they left alone stays as typed, to be saved. */
    takeTheirs: () => {
      if (!conflict) return;
      const theirs = baseOf(conflict.theirs);
      setDraft({ values: { ...values, ...pick(theirs.values, conflict.fields) }, key: randomUuid() });
      setBase(theirs);
      setConflict(null);
    },
    decideLater: () => setConflict(null),
  };
}

/** What changes are told from. */
const baseOf = (followup: Followup): Base => ({ values: valuesOf(followup), revision: followup.revision });

const atWork = 'It is at work at once, in open sessions as well.';

const pick = (values: FollowupValues, fields: FollowupField[]): Partial<FollowupValues> =>
  Object.fromEntries(fields.map((field) => [field, values[field]]));

/** A length that was chosen without a number would be the default to the API. */
function unfinishedOf(values: FollowupValues): Partial<Record<FollowupField, string>> {
  const fields = (['cooldownSeconds', 'maxLatenessSeconds'] as const).filter((field) => Number.isNaN(values[field]));
  return Object.fromEntries(fields.map((field) => [field, 'Give a number, for example 12, or choose the default.']));
}
