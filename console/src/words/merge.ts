/**
 * What can be edited on its own: its name, the parts of the draft that it is, how its value is said, and what tells two
 * values apart where words do not.
 */
export type FieldsInWords<Draft> = readonly (readonly [
  field: string,
  parts: readonly (keyof Draft)[],
  inWords: (draft: Draft) => string,
  compared?: (draft: Draft) => unknown,
])[];

/** A field that two people gave different values, both in words. */
export type Difference = { field: string; mine: string; theirs: string };

/** A field that somebody else alone has changed, in words. */
export type TheirChange = { field: string; was: string; theirs: string };

export type Merge<Draft> = {
  /** Where somebody has to choose. */
  differences: Difference[];
  theirsAlone: TheirChange[];
  /** What both made of it together, with my values where they differ; and with theirs. */
  keepMine: Draft;
  takeTheirs: Draft;
};

/**
 * Puts together what two people made of the same. What only one of them changed is kept, whoever it was; what both gave
 * different values is for somebody to choose.
 */
export function merge<Draft>(
  fields: FieldsInWords<Draft>,
  { before, mine, theirs }: { before: Draft; mine: Draft; theirs: Draft },
): Merge<Draft> {
  const merged: Merge<Draft> = { differences: [], theirsAlone: [], keepMine: { ...theirs }, takeTheirs: { ...theirs } };
  for (const [field, parts, inWords, compared = inWords] of fields) {
    const [was, ours, others] = [before, mine, theirs].map(compared);
    const isTheirs = others !== was;
    if (ours === was) {
      if (isTheirs) merged.theirsAlone.push({ field, was: inWords(before), theirs: inWords(theirs) });
      continue;
    }
    const isDisputed = isTheirs && others !== ours;
    if (isDisputed) merged.differences.push({ field, mine: inWords(mine), theirs: inWords(theirs) });
    for (const part of parts) {
      merged.keepMine[part] = mine[part];
      if (!isDisputed) merged.takeTheirs[part] = mine[part];
    }
  }
  return merged;
}
