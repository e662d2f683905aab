import { NoAnswerError, ProblemError } from '../../../client/src/browser';

/** An error as it is said to people. */
export function inWords(error: unknown): { title: string; detail: string } {
  if (error instanceof NoAnswerError) {
    return { title: 'No answer', detail: 'The service did not answer. Is it running? Nothing was lost; try again.' };
  }
  if (error instanceof ProblemError) {
    const fields = error.errors.map(({ message }) => message);
    return {
      title: titles[error.code] ?? 'That did not work',
      detail: fields.length > 0 ? fields.join('\n') : error.detail,
    };
  }
  return { title: 'Something went wrong on this page', detail: error instanceof Error ? error.message : String(error) };
}

const titles: Record<string, string> = {
  validation_failed: 'Something is not right yet',
  precondition_failed: 'Somebody else changed this',
  not_found: 'Not found',
  unauthorized: 'You are not signed in any more',
  forbidden: 'You may not do this',
  too_many_requests: 'Too fast',
  temporarily_unavailable: 'A part of the service does not answer',
};

/** What is wrong with each field, by its path; what belongs to none of `fields` is under ''. */
export function fieldErrors<Field extends string>(
  error: unknown,
  fields: readonly Field[],
): Partial<Record<Field | '', string>> {
  if (!(error instanceof ProblemError) || error.errors.length === 0) return {};
  const found: Partial<Record<Field | '', string>> = {};
  for (const { path, message } of error.errors) {
    const field =
      fields.find((each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`)) ?? '';
    found[field] ??= message;
  }
  return found;
}
