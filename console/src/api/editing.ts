import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type FieldsInWords, type Merge, merge } from '../words/merge';
import { isProblem } from './client';

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of `next` that are not as in `before`; `deep`: of a field that has fields itself, those of them. */
function changedFields<Patch extends object>(before: Patch, next: Patch, deep = true): Partial<Patch> {
  const names = (Object.keys(next) as (keyof Patch)[]).filter((name) => !same(before[name], next[name]));
  const changed = (was: unknown, is: unknown) =>
    deep && isObject(was) && isObject(is) ? changedFields(was, is, false) : is;
  return Object.fromEntries(names.map((name) => [name, changed(before[name], next[name])])) as Partial<Patch>;
}

/** What is being edited, and what can be done with it. */
export type Editing<Draft> = {
  /** As it was when the editing began. */
  before: Draft;
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  isChanged: boolean;
  isSaving: boolean;
  save: () => void;
  discard: () => void;
  /** What went wrong at the last attempt, with the draft that it was made of. */
  failed: { error: Error; draft: Draft } | null;
  /** What somebody else has saved in the meantime, where both have changed the same. */
  conflict: Merge<Draft> | null;
  /** Saves my values. */
  keepMine: () => void;
  /** Goes on with theirs; what only I have changed is still to be saved. */
  takeTheirs: () => void;
  /** Neither for now. */
  decideLater: () => void;
};

type Base<Thing, Draft> = { thing: Thing; draft: Draft };

/**
 * The editing of something that others may edit at the same time. What is saved are the changed fields alone, for the
 * revision that the editing began with. When there is another one by now, what both have changed is put together, and
 * saved; where both have changed the same, `conflict` says so until the person has chosen. While nothing is changed, the
 * draft follows `thing`.
 */
export function useEditing<Thing extends { revision: number }, Draft, Patch extends object>({
  thing,
  fields,
  toDraft,
  toPatch,
  read,
  save,
  onSaved,
}: {
  thing: Thing;
  fields: FieldsInWords<Draft>;
  toDraft: (thing: Thing) => Draft;
  toPatch: (draft: Draft) => Patch;
  read: () => Promise<Thing>;
  save: (patch: Partial<Patch>, revision: number) => Promise<Thing>;
  onSaved: (thing: Thing) => void;
}): Editing<Draft> {
  const baseOf = (from: Thing): Base<Thing, Draft> => ({ thing: from, draft: toDraft(from) });
  const [base, setBase] = useState(() => baseOf(thing));
  const [draft, setDraft] = useState(base.draft);
  const [tried, setTried] = useState(base.draft);
  const [conflict, setConflict] = useState<{ theirs: Base<Thing, Draft>; merged: Merge<Draft> } | null>(null);
  const goOn = (from: Base<Thing, Draft>, next: Draft) => {
    setBase(from);
    setDraft(next);
    setConflict(null);
  };
  const begin = (from: Thing) => {
    const fresh = baseOf(from);
    goOn(fresh, fresh.draft);
    saving.reset();
  };

  /** Saves, or finds out that both have changed the same: then null. */
  async function write(from: Base<Thing, Draft>, given: Draft): Promise<Thing | null> {
    setTried(given);
    const patch = changedFields(toPatch(from.draft), toPatch(given));
    // Somebody else has saved the same.
    if (Object.keys(patch).length === 0) return from.thing;
    try {
      return await save(patch, from.thing.revision);
    } catch (error) {
      if (!isProblem(error, 'precondition_failed')) throw error;
    }
    const theirs = baseOf(await read());
    const merged = merge(fields, { before: from.draft, mine: given, theirs: theirs.draft });
    if (merged.differences.length > 0) {
      setConflict({ theirs, merged });
      return null;
    }
    goOn(theirs, merged.keepMine);
    return write(theirs, merged.keepMine);
  }

  const saving = useMutation({
    mutationFn: ({ from, given }: { from: Base<Thing, Draft>; given: Draft }) => write(from, given),
    onSuccess: (saved) => {
      if (saved === null) return;
      begin(saved);
      onSaved(saved);
    },
  });
  const isChanged = !same(toPatch(base.draft), toPatch(draft));
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was read anew replaces what nobody has touched
  useEffect(() => {
    if (!isChanged && !same(thing, base.thing)) begin(thing);
  }, [thing]);

  return {
    before: base.draft,
    draft,
    change: (changes: Partial<Draft>) => setDraft((now) => ({ ...now, ...changes })),
    isChanged,
    isSaving: saving.isPending,
    save: () => saving.mutate({ from: base, given: draft }),
    discard: () => begin(thing.revision > base.thing.revision ? thing : base.thing),
    failed: saving.error ? { error: saving.error, draft: tried } : null,
    conflict: conflict?.merged ?? null,
    keepMine: () => {
      if (!conflict) return;
      const { theirs, merged } = conflict;
      goOn(theirs, merged.keepMine);
      saving.mutate({ from: theirs, given: merged.keepMine });
    },
    takeTheirs: () => conflict && goOn(conflict.theirs, conflict.merged.takeTheirs),
    decideLater: () => setConflict(null),
  };
}
