import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
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
  /** What somebody else has saved in the meantime. */
  theirs: Draft | null;
  keepMine: () => void;
  takeTheirs: () => void;
  /** Neither for now. */
  decideLater: () => void;
};

/**
 * The editing of something that others may edit at the same time. What is saved are the changed fields alone, for the
 * revision that the editing began with; when there is another one by now, `theirs` is it, until the person has chosen.
 * While nothing is changed, the draft follows `thing`.
 */
export function useEditing<Thing extends { revision: number }, Draft, Patch extends object>({
  thing,
  toDraft,
  toPatch,
  read,
  save,
  onSaved,
}: {
  thing: Thing;
  toDraft: (thing: Thing) => Draft;
  toPatch: (draft: Draft) => Patch;
  read: () => Promise<Thing>;
  save: (patch: Partial<Patch>, revision: number) => Promise<Thing>;
  onSaved: (thing: Thing) => void;
}): Editing<Draft> {
  const [base, setBase] = useState(() => ({ thing, draft: toDraft(thing) }));
  const [draft, setDraft] = useState(base.draft);
  const [theirs, setTheirs] = useState<{ thing: Thing; draft: Draft } | null>(null);
  const begin = (from: Thing) => {
    const fresh = { thing: from, draft: toDraft(from) };
    setBase(fresh);
    setDraft(fresh.draft);
    setTheirs(null);
    saving.reset();
  };
  const saving = useMutation({
    mutationFn: async ({ draft: given, revision }: { draft: Draft; revision: number }) => {
      try {
        return await save(changedFields(toPatch(base.draft), toPatch(given)), revision);
      } catch (error) {
        if (!isProblem(error, 'precondition_failed')) throw error;
        const now = await read();
        setTheirs({ thing: now, draft: toDraft(now) });
        return null;
      }
    },
    onSuccess: (saved) => {
      if (saved === null) return;
      begin(saved);
      onSaved(saved);
    },
    onError: () => setTheirs(null),
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
    save: () => saving.mutate({ draft, revision: base.thing.revision }),
    discard: () => begin(thing.revision > base.thing.revision ? thing : base.thing),
    failed: saving.error && saving.variables ? { error: saving.error, draft: saving.variables.draft } : null,
    theirs: theirs?.draft ?? null,
    keepMine: () => {
      if (theirs) saving.mutate({ draft, revision: theirs.thing.revision });
    },
    takeTheirs: () => {
      if (theirs) begin(theirs.thing);
    },
    decideLater: () => setTheirs(null),
  };
}
