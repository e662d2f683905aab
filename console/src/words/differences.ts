import type { Difference } from '../ui';

/** Of each field what it is called, and how its value is said. */
export type FieldsInWords<Draft> = readonly (readonly [field: string, inWords: (draft: Draft) => string])[];

/** What I have changed, where somebody else has something else by now. */
export const differences = <Draft>(
  fields: FieldsInWords<Draft>,
  { before, mine, theirs }: { before: Draft; mine: Draft; theirs: Draft },
): Difference[] =>
  fields
    .map(([field, inWords]) => ({ field, was: inWords(before), mine: inWords(mine), theirs: inWords(theirs) }))
    .filter(({ was, mine: ours, theirs: others }) => ours !== was && ours !== others)
    .map(({ field, mine: ours, theirs: others }) => ({ field, mine: ours, theirs: others }));
